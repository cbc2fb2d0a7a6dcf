.DEFAULT_GOAL := help
.PHONY: help check test demo format tables faults

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## what CI runs: all tests, the format, the demo
	./.ci/run

test: ## the tests that start no process of their own
	mvn -B -ntp test

demo: ## carry the sample messages to a simulated Genesys and back
	bin/guestbridge demo

format: ## format the Java sources
	mvn -q -B -ntp spotless:apply

tables: ## write the README's tables and docs/errors.md anew
	mvn -q -B -ntp test -Dtest=ReadmeTest -Dreadme.write=true

faults: ## kill, cut and starve the bridge, and write docs/reliability.md; RUN=kill-bridge for one, RUN=--share for 3 minutes
	mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true package dependency:build-classpath -Dmdep.outputFile=target/rig.classpath
	java -cp "target/test-classes:target/classes:$$(cat target/rig.classpath)" dev.guestbridge.rig.Rig $(RUN)
