.DEFAULT_GOAL := help
.PHONY: help check test demo dist image twice manifests faults page designers bench fuzz mutation format tables previous

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## what CI runs: all tests, the format, the demo, a share of the faults
	./.ci/run

test: ## the tests that start no process of their own
	mvn -B -ntp test

demo: ## carry the sample messages to a simulated Genesys and back
	bin/guestbridge demo

dist: ## the distribution, target/guestbridge-<version>.tar.gz
	mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -Djib.skip=true pre-integration-test
	@ls target/guestbridge-*.tar.gz

# its base must be reached in a registry, or be a file: make image BASE=tar:///path/base.tar
BASE ?= eclipse-temurin:21-jre

image: ## the image, without a docker daemon, target/guestbridge-image.tar; BASE=eclipse-temurin:21-jre@sha256:… to pin what it stands on
	mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -Dimage.base=$(BASE) pre-integration-test
	@ls target/guestbridge-image.tar

manifests: ## hold compose.yaml and Dockerfile to the rules of others: the compose specification, a linter
	cd src/test/deploy && npm ci --silent --no-audit --no-fund && npm test

# two folders, two time zones, two languages; but one umask, which the folders in a jar bear
twice: ## build what is committed twice, and compare jar, distribution, bill of materials and image
	@set -e; rm -rf target/twice; commit=$$(git rev-parse HEAD); \
	for build in "one UTC C" "another/one Pacific/Auckland tr_TR.UTF-8"; do \
	  set -- $$build; folder=target/twice/$$1; mkdir -p $$folder; git archive $$commit | tar -x -C $$folder; \
	  ( umask 022; export TZ=$$2 LC_ALL=$$3; cd $$folder; \
	    mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true pre-integration-test >&2; \
	    cd target; sha256sum guestbridge.jar guestbridge-*.tar.gz bom.json guestbridge-image.tar ) >$$folder.sums; \
	done; \
	cat target/twice/one.sums; diff target/twice/one.sums target/twice/another/one.sums

previous: ## at a release: keep its settings and routes, which the next version has to start with
	rm -rf src/test/resources/previous/config src/test/resources/previous/routes
	cp -r config routes src/test/resources/previous/

format: ## format the Java sources
	mvn -q -B -ntp spotless:apply

tables: ## write the tables of the README and of docs/ anew, from config/ and routes/
	mvn -q -B -ntp test -Dtest=ReadmeTest -Dreadme.write=true

faults: ## kill, cut and starve the bridge, and write docs/reliability.md; RUN=kill-bridge for one, RUN=--share for 3 minutes; PREVIOUS=/opt/guestbridge-0.1.0 tries instances-upgraded too
	mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true package dependency:unpack@artemis dependency:build-classpath -Dmdep.outputFile=target/rig.classpath
	touch target/guestbridge.jar
	java $(if $(PREVIOUS),-Drig.previous=$(PREVIOUS)) -cp "target/test-classes:target/classes:$$(cat target/rig.classpath)" dev.guestbridge.rig.Rig $(RUN)

page: ## try the operations page in a real Chromium; pictures of it in target/page/
	cd src/test/browser && npm ci --silent --no-audit --no-fund && npm test

designers: ## open and save the routes by Kaoto's and Karavan's own code; fetches 800 MB, so CI doesn't
	cd src/test/designers && npm install --silent --no-audit --no-fund && npm test --silent

bench: ## measure the bridge beside what one would build instead, and write docs/performance.md; BENCH=throughput for one part, BENCH=--small for a look, OPTIONS=-Dbench.only=bridge.* -Dbench.rounds=1 -Dbench.messages=5000 -Dbench.seconds=60 to look into something
	mvn -q -B -ntp -f bench/reactor.xml -pl :guestbridge,:bench -DskipTests -Dspotless.check.skip=true package dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
	touch target/guestbridge.jar
	java -Xmx512m $(OPTIONS) -cp "bench/target/classes:$$(cat bench/target/bench.classpath)" dev.guestbridge.bench.Bench $(BENCH)

FUZZ ?= $(shell grep -rl '@FuzzTest' src/test/java | sed 's|.*/||; s|[.]java||')
SECONDS ?= 60

# the operators' table holds regular expressions on purpose
fuzz: ## look for inputs that break a reader or the signature check; FUZZ=JsonFuzzTest for one, SECONDS=600 for longer
	mvn -q -B -ntp -DskipTests test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz.classpath
	@set -e; for class in $(FUZZ); do \
	  file=$$(find src/test/java -name $$class.java); \
	  name=$$(echo $${file#src/test/java/} | sed 's|/|.|g; s|[.]java$$||'); \
	  for method in $$(sed -n '/@FuzzTest/{n;s/.* \([A-Za-z]*\)(.*/\1/p}' $$file); do \
	    echo "== $$class.$$method"; mkdir -p target/fuzz/$$method; \
	    java -Xmx1g -cp "target/test-classes:target/classes:$$(cat target/fuzz.classpath)" com.code_intelligence.jazzer.Jazzer \
	      --target_class=$$name --target_method=$$method '--instrumentation_includes=dev.guestbridge.**' --disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexInjection \
	      -max_total_time=$(SECONDS) -print_final_stats=1 target/fuzz/$$method >target/fuzz/$$method.log 2>&1 \
	      || { cat target/fuzz/$$method.log; exit 1; }; \
	    grep -E 'DONE|number_of_executed' target/fuzz/$$method.log | tail -n 2; \
	  done; \
	done

# the parts that decide what is lost, sent twice or let in: what is changed, and which tests are to notice it
PARTS ?= signature catalogue ledger gates lanes
signature = -Dmutate='dev.guestbridge.webhook.Signatures' -Dkill='dev.guestbridge.webhook.SignaturesTest'
catalogue = -Dmutate='dev.guestbridge.genesys.ErrorC*,dev.guestbridge.genesys.CatalogueRow,dev.guestbridge.genesys.Sign' -Dkill='dev.guestbridge.genesys.ErrorCatalogueTest,dev.guestbridge.genesys.JudgementTest'
ledger = -Dmutate='dev.guestbridge.store.Ledger*,dev.guestbridge.store.Recorded,dev.guestbridge.store.Identity,dev.guestbridge.store.Repeats*,dev.guestbridge.store.Columns' -Dkill='dev.guestbridge.store.LedgerTest'
gates = -Dmutate='dev.guestbridge.lane.Gate,dev.guestbridge.lane.Gate$$*,dev.guestbridge.lane.Bulkhead*' -Dkill='dev.guestbridge.lane.GateTest,dev.guestbridge.lane.BulkheadTest'
lanes = -Dmutate='dev.guestbridge.lane.Lanes*,dev.guestbridge.lane.QueueLanes*,dev.guestbridge.lane.BusMessage,dev.guestbridge.lane.LanePolicy' -Dkill='dev.guestbridge.lane.LanesTest'

mutation: ## which changes of the code no test would notice, at least 85 % of each part; PARTS=lanes for one
	@mvn -q -B -ntp test-compile && mkdir -p target/pit-reports
	@set -e; $(foreach part,$(PARTS), \
	  echo "== $(part)"; \
	  mvn -B -ntp -Pmutation $($(part)) -Dreports=target/pit-reports/$(part) org.pitest:pitest-maven:mutationCoverage >target/pit-reports/$(part).log 2>&1 \
	    || { grep -E 'mutations Killed|ERROR' target/pit-reports/$(part).log; exit 1; }; \
	  grep 'mutations Killed' target/pit-reports/$(part).log;)
