package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** One request as the journal tells it; secrets are told by a hash only. */
final class JournalEntry implements Row {

    private static final Pattern FORM_SECRET = Pattern.compile("(client_secret=)[^&]*");

    private final long sequence;
    private final long atMs;
    private final String correlationId;
    private final String org;
    private final String method;
    private final String rawPath;
    private final String path;
    private final String query;
    private final String outcome;
    private final Integer status;
    private final String fault;
    private final String dialect;
    private final String externalId;
    private final String conversationId;
    private final String messageId;
    private final String genesysId;
    private final int bytes;
    private volatile Details details;

    private record Details(MultiMap headers, byte[] body, String text) {}

    JournalEntry(long sequence, Call call, String outcome, Integer status, Fault fault) {
        Call.Notes notes = call.notes();
        this.sequence = sequence;
        this.atMs = call.atMs();
        this.correlationId = call.correlationId();
        this.org = call.organisation() == null
                ? null
                : call.organisation().settings().name();
        this.method = call.method();
        this.rawPath = call.rawPath();
        this.path = call.path() == null
                ? rawPath
                : "/" + String.join("/", call.path().segments());
        this.query = call.query();
        this.outcome = outcome;
        this.status = status;
        this.fault = fault == null ? null : fault.id();
        this.dialect = notes.dialect;
        this.externalId = notes.externalId;
        this.conversationId = notes.conversationId;
        this.messageId = notes.messageId;
        this.genesysId = notes.genesysId;
        this.details = new Details(call.headers(), call.body(), notes.text);
        int headerBytes = 0;
        for (Map.Entry<String, String> header : call.headers()) {
            headerBytes += 100 + header.getKey().length() + header.getValue().length();
        }
        this.bytes = headerBytes + call.body().length;
    }

    String org() {
        return org;
    }

    String path() {
        return path;
    }

    String rawPath() {
        return rawPath;
    }

    String externalId() {
        return externalId;
    }

    String outcome() {
        return outcome;
    }

    String dialect() {
        return dialect;
    }

    /** About what headers and body hold in memory. */
    int bytes() {
        return bytes;
    }

    void forgetDetails() {
        details = null;
    }

    @Override
    public ObjectNode written() {
        ObjectNode entry = Json.object().put("sequence", sequence);
        entry.put("at", Instant.ofEpochMilli(atMs).toString());
        put(entry, "org", org);
        entry.put("method", method).put("path", path).put("rawPath", rawPath);
        put(entry, "query", query);
        entry.put("outcome", outcome);
        if (status != null) {
            entry.put("status", status);
        }
        put(entry, "fault", fault);
        put(entry, "dialect", dialect);
        put(entry, "externalId", externalId);
        put(entry, "conversationId", conversationId);
        put(entry, "messageId", messageId);
        put(entry, "genesysId", genesysId);
        entry.put("correlationId", correlationId);
        Details kept = details;
        if (kept == null) {
            return entry.put("trimmed", true);
        }
        put(entry, "text", kept.text);
        ObjectNode headers = entry.putObject("headers");
        for (Map.Entry<String, String> header : kept.headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            String value = name.equals("authorization") ? hashed(header.getValue()) : header.getValue();
            headers.put(name, headers.has(name) ? headers.get(name).textValue() + ", " + value : value);
        }
        if (kept.body.length > 0) {
            entry.set("body", body(kept.body));
        }
        return entry;
    }

    private static JsonNode body(byte[] bytes) {
        try {
            return Json.object(bytes);
        } catch (IOException e) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return TextNode.valueOf(FORM_SECRET.matcher(text).replaceAll("$1***"));
        }
    }

    private static String hashed(String authorization) {
        String[] parts = authorization.split(" ", 2);
        return parts.length < 2 ? "#" + Tokens.hash(authorization) : parts[0] + " #" + Tokens.hash(parts[1]);
    }

    private static void put(ObjectNode entry, String field, String value) {
        if (value != null) {
            entry.put(field, value);
        }
    }
}
