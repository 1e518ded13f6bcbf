# Every target works from a clean checkout: what it needs is installed first, and again when the lock file changes.
# npm writes node_modules/.package-lock.json last, so that file is there only when an install came to its end.

INSTALLED := node_modules/.package-lock.json
NODE := node_modules/.bin/node
KIKO := $(NODE) bootstrap/kiko.ts

.DEFAULT_GOAL := help
.PHONY: help demo demo-machines up down test check bench clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Bring up a cluster with Hearth and install an app, wired end to end
	$(NODE) e2e/demo.ts

demo-machines: $(INSTALLED) ## Let three machines join a home, change, fail, and go back; nothing is left of it
	$(NODE) e2e/demo-machines.ts

up: $(INSTALLED) ## Bring up a local cluster with Hearth in it (ARGS=… is handed to kiko)
	$(KIKO) up --local --images e2e/images/images.ts $(ARGS)

down: $(INSTALLED) ## Take the local cluster away (ARGS="--delete-data HOME" with the data of a home)
	$(KIKO) down $(ARGS)

test: $(INSTALLED) ## Check the code, then run every test; the last line is "N passed, N failed"
	$(NODE) e2e/test.ts

check: $(INSTALLED) ## Types, style, dependency rule, unused code, generated files
	npm run --silent check

bench: $(INSTALLED) ## Measure
	npm run --silent bench

clean: $(INSTALLED) ## Take the local cluster away and remove all that was built or installed here
	$(KIKO) down $(ARGS)
	rm -rf "$${HEARTH_HOME:-$$HOME/.hearth}/cache" node_modules

$(INSTALLED): package.json package-lock.json
	npm ci
	@touch $@
