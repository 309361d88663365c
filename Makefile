# squares: make run, make test; make help tells the rest. Everything built goes under build/.

VERSION := 0.1.0
# make MPI=mpich builds and runs with MPICH, in a folder of its own; MPICC= and MPIRUN= name others.
# Only as an argument of make: in the environment MPI= means something else on many systems.
ifneq ($(origin MPI),command line)
override MPI :=
endif
BUILD   ?= build$(if $(MPI),/$(MPI))
PREFIX  ?= /usr/local
CC      := $(if $(filter default,$(origin CC)),cc,$(CC))
CXX     := $(if $(filter default,$(origin CXX)),c++,$(CXX))

# Debian has mpicc.mpich and mpirun.mpich beside Open MPI's; elsewhere a module puts them in front.
of_mpi = $(or $(if $(MPI),$(notdir $(shell command -v $(1).$(MPI)))),$(1))
MPICC  ?= $(call of_mpi,mpicc)
MPIRUN ?= $(call of_mpi,mpirun)
export MPI

JOBS := $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
Q := $(if $(V),,@)
comma := ,

# --- flags ---

# DEBUG=1: for a debugger, with the guards that show a plug-in which writes past its chunk, and ranks
# that are at different collectives.
OPT      ?= $(if $(DEBUG),-O1 -g3,-O3 -g)
# NATIVE=1 builds for this machine's processor alone; without it one binary serves all.
OPT      += $(if $(NATIVE),-march=native)
WARNINGS := -Wall -Wextra
# What a developer wants to know; errors where CI=true.
STRICT   := -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wno-missing-field-initializers
WARNINGS += $(if $(filter true,$(CI))$(DEVELOPER),$(STRICT)) $(if $(filter true,$(CI)),-Werror)
# SANITIZE=address,undefined or thread
# (GCC 12 takes its own <regex> for uninitialized then, and a text for NULL.)
SANITIZER := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -DSQUARES_SANITIZED \
             -Wno-maybe-uninitialized -Wno-format-truncation) \
             $(if $(SANITIZE)$(DEBUG),-DSQUARES_GUARD -DSQUARES_CHECK_COLLECTIVES)

# A fault in memory ends the program rather than serving an attacker: checked calls, guarded stacks,
# addresses that differ from run to run, tables that are read-only once it runs. What the compiler
# or the linker does not know is left out, and so are checked calls if nothing is optimized or a
# sanitizer has its own; what stands in CFLAGS or LDFLAGS comes later and wins. HARDEN= leaves it out.
takes      = $(shell echo 'int main(void) { return 0; }' | $(CC) -Werror $(1) $(2) -x c - -o /dev/null >/dev/null 2>&1 && echo $(1))
UNCHECKED := $(SANITIZE)$(filter -O0,$(lastword $(filter -O%,$(OPT) $(CFLAGS))))
HARDEN    ?= $(if $(UNCHECKED),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fPIE -fstack-protector-strong \
             $(call takes,-fstack-clash-protection) $(call takes,-fcf-protection)
HARDEN_LINK ?= $(if $(HARDEN),-pie $(foreach z,relro now noexecstack,$(call takes,-Wl$(comma)-z$(comma)$z)))
HARDEN    := $(HARDEN)
HARDEN_LINK := $(HARDEN_LINK)

# Asked for once, when first needed: by then what was missing has been installed.
ask = $(eval $(1) := $$(shell $(2)))$($(1))
HWLOC   = $(call ask,HWLOC,pkg-config --cflags hwloc)
JANSSON = $(call ask,JANSSON,pkg-config --cflags jansson)
PKG_LIBS = $(call ask,PKG_LIBS,pkg-config --libs hwloc jansson)
LIBS     = $(PKG_LIBS) -lpthread -ldl -lm
# All of them show the compiler's line, Open MPI, MPICH and what descends from it.
MPI_SHOW = $(call ask,MPI_SHOW,$(MPICC) -show)
MPI_INC = $(filter -I% -D% -pthread,$(MPI_SHOW))
MPI_LIB = $(filter -L% -l% -Wl$(comma)% -pthread,$(MPI_SHOW))
GTEST   = $(call ask,GTEST,pkg-config --cflags gtest)

CPPFLAGS_ALL = -D_GNU_SOURCE -I$(BUILD)/gen -Ishared $(HWLOC) $(JANSSON) $(CPPFLAGS)
CFLAGS_ALL   = -std=gnu11 $(OPT) $(WARNINGS) $(HARDEN) $(SANITIZER) $(CFLAGS)
# Tests are built to be built fast, with lines for a debugger and, if DEBUG=1, variables; what they
# test is optimized like the program.
CXXFLAGS_ALL = -std=c++17 -O0 $(if $(DEBUG),-g,-g1) -Wall -Wextra $(SANITIZER) $(CXXFLAGS)
LDFLAGS_ALL  = $(HARDEN_LINK) $(SANITIZER) $(LDFLAGS)

# --- files ---

SHARED_C := $(filter-out shared/task/%,$(wildcard shared/*/*.c shared/*/*/*.c))
MPI_C    := $(wildcard mpi/*.c mpi/*/*.c)
HEADERS  := $(filter-out shared/task/examples/%,$(wildcard shared/*/*.h shared/*/*/*.h mpi/*.h mpi/*/*.h))
DEMO_C   := $(wildcard shared/demo/*.c shared/demo/*/*.c mpi/command/demo_*.c)
UNIT_CC  := $(wildcard tests/shared/*/*.cc tests/shared/*/*/*.cc)
MPI_CC   := $(wildcard tests/mpi/*.cc)
CLI_CC   := $(wildcard tests/cli/*.cc tests/cluster/*.cc)
SUPPORT_CC := $(wildcard tests/support/*.cc)
BENCH_C  := $(wildcard tests/bench/*.c)
BENCH_H  := $(wildcard tests/bench/*.h)
EXAMPLE_C := $(wildcard shared/task/examples/*.c)
PLUGIN_C := $(wildcard tests/plugins/*.c)
PLUGIN_CC := $(wildcard tests/plugins/*.cc)
SCRIPTS  := .ci/run .ci/deps $(wildcard jobs/*.sh tests/*.sh tests/*/*.sh)

object = $(patsubst %,$(BUILD)/obj/%.o,$(1))
SHARED_O := $(call object,$(SHARED_C))
MPI_O    := $(call object,$(MPI_C))
LIBRARY_O := $(SHARED_O) $(filter-out %/main.c.o,$(MPI_O))
PROGRAM  := $(BUILD)/squares

# --- building ---

.PHONY: all
all: $(PROGRAM) $(if $(MPI),,squares)

# Made anew if it names the program of another BUILD.
squares: FORCE | $(PROGRAM)
	$(Q)[ "$$(readlink $@)" = $(PROGRAM) ] || ln -sf $(PROGRAM) $@

$(PROGRAM): $(SHARED_O) $(MPI_O)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(MPI_LIB) $(LIBS)

# shared/ is compiled without MPI's folders, so it cannot include mpi.h.
$(BUILD)/obj/shared/%.c.o: shared/%.c $(BUILD)/gen/flags | $(BUILD)/gen/version.h
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/obj/mpi/%.c.o: mpi/%.c $(BUILD)/gen/flags | $(BUILD)/gen/version.h
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) -Impi $(MPI_INC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Rewritten only when it changes, so that a commit does not rebuild what it did not touch.
$(BUILD)/gen/version.h: FORCE | deps-check
	@mkdir -p $(@D)
	@{ printf '#define SQUARES_VERSION "%s"\n' "$(VERSION)"; \
	   printf '#define SQUARES_COMMIT "%s"\n' "$$(git describe --always --dirty 2>/dev/null || echo unknown)"; \
	   printf '#define SQUARES_COMPILER "%s"\n' "$$($(CC) --version | head -1)"; \
	   printf '#define SQUARES_FLAGS "%s"\n' "$(strip $(CFLAGS_ALL))"; \
	   printf '#define SQUARES_HWLOC "%s"\n' "$$(pkg-config --modversion hwloc)"; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# The sources of the demos, for --code: a string a line, as a C compiler need not take long ones.
$(BUILD)/gen/demo_code.h: $(DEMO_C) Makefile
	@mkdir -p $(@D)
	@{ n=0; for f in $(DEMO_C); do n=$$((n + 1)); \
	       echo "static const char *const DEMO_LINES_$$n[] = {"; \
	       sed -e 's/[\"]/\\&/g' -e 's/.*/    "&",/' $$f; echo '    NULL};'; done; \
	   echo 'static const struct { const char *path; const char *const *lines; } DEMO_CODE[] = {'; \
	   n=0; for f in $(DEMO_C); do n=$$((n + 1)); echo "    {\"$$f\", DEMO_LINES_$$n},"; done; \
	   echo '};'; } >$@
$(BUILD)/obj/shared/demo/demo.c.o: $(BUILD)/gen/demo_code.h

# What the objects were built with; another compiler or other flags build them anew.
$(BUILD)/gen/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CXX) $(MPICC) $(CPPFLAGS) $(CFLAGS_ALL) $(CXXFLAGS_ALL)' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

.PHONY: FORCE
FORCE:

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# --- what is needed ---

.PHONY: deps deps-check deps-run deps-test deps-lint deps-fidelity deps-bench
deps: ## install all that is missing: to build, to test, to lint, to judge the gil
	$(Q).ci/deps run test lint fidelity
deps-check:
	$(Q).ci/deps --check run
deps-run:
	$(Q).ci/deps run
deps-test:
	$(Q).ci/deps run test
deps-lint:
	$(Q).ci/deps run test lint
deps-fidelity:
	$(Q).ci/deps run fidelity
deps-bench: ## install what squares is timed against by make bench
	$(Q).ci/deps run bench

# --- running ---

# What Open MPI asks for: to start as root (a container); to copy between processes where a container
# forbids one to read another's memory (4, then 5 and 6); not to look for network cards, which takes
# 6 a second; not to try IPv6 for ranks of one host, of which 5.0.7 complains at length. A variable
# that the user has set counts.
LAUNCH := OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
          OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_smsc=$${OMPI_MCA_smsc:-^cma} \
          OMPI_MCA_btl=$${OMPI_MCA_btl:-^ofi,openib,uct} \
          OMPI_MCA_btl_tcp_disable_family=$${OMPI_MCA_btl_tcp_disable_family:-6}
# More ranks than cores: for Open MPI 4, 5, and 6. With it 5 binds nothing, even where all fit.
MORE_RANKS := OMPI_MCA_rmaps_base_oversubscribe=1 \
          PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe PRTE_MCA_mapby=:oversubscribe
NP ?= 8
# So only where mpirun refuses to start that many without.
NEEDED = $(shell $(LAUNCH) $(MPIRUN) -np $(NP) true >/dev/null 2>&1 || echo $(MORE_RANKS))

.PHONY: run
run: deps-run ## build and run on 8 processes; NP=4 ARGS="run 1 2 3" for others
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(LAUNCH) $(NEEDED) $(MPIRUN) -np $(NP) $(PROGRAM) $(ARGS)

.PHONY: lab
lab: deps-run ## build, and get ready for a plug-in of your own: jobs/lab/student.md
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)$(MAKE) --no-print-directory install-task DESTDIR= PREFIX=$(abspath $(BUILD)/lab) >/dev/null
	@echo "ready: jobs/lab/student.md has the questions"

# --- testing ---

TESTS := $(BUILD)/tests/unit $(BUILD)/tests/mpi $(BUILD)/tests/cli $(BUILD)/tests/faults

.PHONY: test
test: deps-test ## build and run all tests
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all $(TESTS)
	$(Q)$(LAUNCH) $(MORE_RANKS) MPIRUN=$(MPIRUN) tests/run.sh $(BUILD)

.PHONY: faults
faults: deps-test ## fail each call that can fail, one at a time, on each rank; ten minutes
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/tests/faults
	$(Q)$(LAUNCH) $(MORE_RANKS) MPIRUN=$(MPIRUN) tests/run.sh $(BUILD) faults

# Exact texts are kept in tests/golden. The commit that rewrites them says why each sentence changed.
.PHONY: golden
golden: deps-test ## rewrite the texts that tests compare with: then read 'git diff tests/golden'
	$(if $(filter true,$(CI)),$(error not where CI=true: a changed text is a failure there))
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/tests/unit $(BUILD)/tests/cli
	$(Q)mkdir -p tests/golden
	$(Q)SQUARES_GOLDEN=rewrite $(BUILD)/tests/unit --gtest_brief=1
	$(Q)SQUARES_GOLDEN=rewrite SQUARES=$(BUILD)/squares $(LAUNCH) $(MORE_RANKS) MPIRUN=$(MPIRUN) \
	    $(BUILD)/tests/cli --gtest_brief=1 --gtest_filter='Texts.*'
	$(Q)git --no-pager diff --stat tests/golden

.PHONY: check-mpi check-unit
check-unit: $(BUILD)/tests/unit
	$(Q)$(BUILD)/tests/unit --gtest_brief=1
check-mpi: $(BUILD)/tests/mpi
	$(Q)for np in 1 2 3 5; do $(LAUNCH) $(MORE_RANKS) timeout 240 $(MPIRUN) -np $$np $(BUILD)/tests/mpi --gtest_brief=1 || exit 1; done

# GoogleTest's header and the library's that tests share are compiled once.
PRECOMPILED = $(BUILD)/tests/precompiled.h
$(PRECOMPILED).gch: tests/support/precompiled.h $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  c++  $<"
	$(Q)cp $< $(PRECOMPILED)
	$(Q)$(CXX) $(GTEST) $(CXXFLAGS_ALL) -x c++-header -o $@ $(PRECOMPILED)

compile_test = $(CXX) -include $(PRECOMPILED) $(CPPFLAGS_ALL) -Itests $(1) $(GTEST) $(CXXFLAGS_ALL) -MMD -MP -c
$(BUILD)/obj/tests/mpi/%.cc.o: tests/mpi/%.cc $(PRECOMPILED).gch | $(BUILD)/gen/version.h
	@mkdir -p $(@D)
	@echo "  c++  $<"
	$(Q)$(call compile_test,-Impi $(MPI_INC) -DOMPI_SKIP_MPICXX -DMPICH_SKIP_MPICXX) -o $@ $<

$(BUILD)/obj/tests/%.cc.o: tests/%.cc $(PRECOMPILED).gch | $(BUILD)/gen/version.h
	@mkdir -p $(@D)
	@echo "  c++  $<"
	$(Q)$(call compile_test) -o $@ $<

# Plug-ins are built as a user builds them: against what was installed, and nothing else.
TASK_PREFIX = $(abspath $(BUILD)/tests/prefix)
TASK_PC     = $(BUILD)/tests/prefix/lib/pkgconfig/squares.pc
TASK_CFLAGS = $(shell PKG_CONFIG_PATH=$(TASK_PREFIX)/lib/pkgconfig pkg-config --cflags squares)
plugin      = $(patsubst %,$(BUILD)/tests/plugins/%.so,$(basename $(notdir $(1))))
PLUGINS    := $(call plugin,$(EXAMPLE_C) $(PLUGIN_C) $(PLUGIN_CC))

$(TASK_PC): shared/task/task.h shared/task/squares.pc.in Makefile
	$(Q)$(MAKE) --no-print-directory install-task DESTDIR= PREFIX=$(TASK_PREFIX) >/dev/null
	@touch $@
$(BUILD)/tests/plugins/%.so: shared/task/examples/%.c $(TASK_PC) $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) -std=c11 -O2 -g $(WARNINGS) $(TASK_CFLAGS) -shared -fPIC -o $@ $<
$(BUILD)/tests/plugins/%.so: tests/plugins/%.c $(TASK_PC) $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) -std=c11 -O1 -g $(WARNINGS) $(TASK_CFLAGS) -shared -fPIC -o $@ $<
$(BUILD)/tests/plugins/%.so: tests/plugins/%.cc $(TASK_PC) $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  c++  $<"
	$(Q)$(CXX) -std=c++11 -O1 -g -Wall -Wextra -Wpedantic $(TASK_CFLAGS) -shared -fPIC -o $@ $<
$(BUILD)/tests/plugins/later_set.so: tests/plugins/later.c

link_test = @mkdir -p $(@D); echo "  link $@"; \
            $(CXX) $(LDFLAGS_ALL) -o $@ $^ $(1) -lgtest $(LIBS)
$(BUILD)/tests/unit: $(call object,$(UNIT_CC) $(SUPPORT_CC)) $(SHARED_O) | $(PLUGINS)
	$(call link_test,)
$(BUILD)/tests/mpi: $(call object,$(MPI_CC)) $(LIBRARY_O)
	$(call link_test,$(MPI_LIB))
$(BUILD)/tests/cli: $(call object,$(CLI_CC) $(SUPPORT_CC)) | $(PLUGINS) $(BUILD)/tests/mismatch
	$(call link_test,)

# Ranks that come to different collectives, with the check of debug builds.
MISMATCH_C = tests/faults/mismatch.c $(addprefix mpi/comm/,agree.c collective.c collective_circle.c shared_memory.c team.c) \
             $(wildcard shared/base/*.c)
$(BUILD)/tests/mismatch: $(MISMATCH_C) $(HEADERS) $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) -Impi $(MPI_INC) $(CFLAGS_ALL) -DSQUARES_CHECK_COLLECTIVES $(LDFLAGS_ALL) \
	    -o $@ $(MISMATCH_C) $(MPI_LIB) $(LIBS)

# The fault walk: a program that runs squares, and a library that fails a call of it.
$(BUILD)/tests/faults: $(call object,tests/faults/faults.cc tests/cli/whole_program.cc) | $(BUILD)/tests/preload.so $(PLUGINS)
	$(call link_test,)
$(BUILD)/tests/preload.so: tests/faults/preload.c $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra $(HWLOC) -shared -fPIC -o $@ $< -ldl

.PHONY: sanitize
sanitize: deps-test ## unit and MPI tests under ASan and UBSan, those with threads under TSan
	$(Q)tests/sanitize.sh $(BUILD)

.PHONY: suites
suites: ## build and test in Debian's bookworm, trixie and sid (root, debootstrap, 10 GB)
	$(Q)tests/suites.sh $(SUITES)

BENCH = $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(BENCH_C))

# A peer that cannot be had is named in the results, and nothing else depends on it.
.PHONY: bench
bench: deps-run ## time squares against what one would use instead; some minutes
	-$(Q).ci/deps bench
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH) $(BUILD)/tests/plugins/deadline.so
	-$(Q)$(MAKE) --no-print-directory $(BUILD)/bench/openmp
	$(Q)$(filter-out OMPI_MCA_btl_vader% OMPI_MCA_smsc%,$(LAUNCH)) $(MORE_RANKS) python3 tests/bench/bench.py $(BUILD)

$(BUILD)/bench/openmp: tests/bench/peers/openmp.c tests/bench/tell.h $(BUILD)/gen/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -fopenmp -o $@ $<
$(BUILD)/bench/%: tests/bench/%.c $(BENCH_H) $(LIBRARY_O)
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) -Impi $(MPI_INC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter-out %.h,$^) $(MPI_LIB) $(LIBS)

.PHONY: coverage
coverage: deps-run ## how often compare's intervals hold and winners are found, simulated; minutes
	$(Q)$(MAKE) --no-print-directory $(BUILD)/coverage
	$(Q)$(BUILD)/coverage $(ARGS)

COVERAGE_O = $(call object,$(addprefix shared/measure/,interval.c paired.c samples.c))
$(BUILD)/coverage: tests/coverage/coverage.c $(COVERAGE_O)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ -lpthread -lm

.PHONY: fidelity
fidelity: deps-fidelity ## judge the gil against CPython 3.11's; ten minutes of a quiet machine
	$(Q)$(MAKE) --no-print-directory $(BUILD)/fidelity/probe
	$(Q)python3 tests/fidelity/fidelity.py $(BUILD)/fidelity/probe $(ARGS)

$(BUILD)/fidelity/probe: $(call object,tests/fidelity/probe.c) $(SHARED_O)
	@echo "  link $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(BUILD)/obj/tests/fidelity/%.c.o: tests/fidelity/%.c $(BUILD)/gen/flags | $(BUILD)/gen/version.h
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# --- looking at the source ---

.PHONY: lint lint-format lint-tidy lint-cppcheck lint-shell lint-headers lint-includes lint-words lint-collectives lint-clang
lint: deps-lint ## format, clang-tidy, cppcheck, shellcheck, headers alone, build by clang
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) --output-sync=target lint-tidy lint-clang lint-cppcheck lint-headers \
	    lint-collectives lint-format lint-shell lint-includes lint-words
	@echo "lint: nothing found"

FORMATTED = $(SHARED_C) $(MPI_C) $(HEADERS) $(UNIT_CC) $(MPI_CC) $(CLI_CC) $(BENCH_C) \
            $(BENCH_H) $(EXAMPLE_C) $(PLUGIN_C) $(PLUGIN_CC) \
            $(wildcard tests/bench/peers/*.c tests/support/* tests/cli/*.h tests/mpi/*.h tests/fidelity/*.c tests/faults/* \
              tests/coverage/*.c)
lint-format:
	$(Q)clang-format --dry-run --Werror $(FORMATTED)
lint-shell:
	$(Q)shellcheck $(SCRIPTS)
# Every header compiles alone.
lint-headers: $(BUILD)/gen/version.h $(BUILD)/gen/demo_code.h
	$(Q)for h in $(filter shared/%,$(HEADERS)); do echo 'extern int unused;' | \
	    $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -fsyntax-only -include $$h -x c - || exit 1; done
	$(Q)for h in $(filter mpi/%,$(HEADERS)); do echo 'extern int unused;' | \
	    $(CC) $(CPPFLAGS_ALL) -Impi $(MPI_INC) $(CFLAGS_ALL) -fsyntax-only -include $$h -x c - || exit 1; done
# The maps of mpi/ and shared/ are true, and no file is longer than a reader's patience.
lint-includes:
	$(Q)python3 tests/includes.py
	$(Q)! wc -l $(SHARED_C) $(MPI_C) | awk '$$2 != "total" && $$1 > 400' | grep .
# Comments, messages and pages say it in plain English.
lint-words:
	$(Q)python3 tests/words.py
# Debug builds check every collective.
lint-collectives:
	$(Q)tests/collectives.sh
lint-cppcheck:
	$(Q)cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --error-exitcode=1 --suppress=missingIncludeSystem -D__x86_64__ -Ishared -Impi shared mpi
# A few files at a time on each core; what it says beside its findings is shown if it fails.
tidy = printf '%s\n' $(1) | xargs -P $(JOBS) -n 6 sh -c 'log=$(BUILD)/tidy.$$$$.log; \
       clang-tidy --quiet "$$@" -- $(2) 2>$$log || { cat $$log; exit 1; }; rm $$log' sh
lint-tidy: $(BUILD)/gen/version.h $(BUILD)/gen/demo_code.h $(TASK_PC)
	$(Q)$(call tidy,$(SHARED_C),$(CPPFLAGS_ALL) -std=gnu11)
	$(Q)$(call tidy,$(MPI_C),$(CPPFLAGS_ALL) -Impi $(subst -I,-isystem ,$(MPI_INC)) -std=gnu11)
	$(Q)$(call tidy,$(EXAMPLE_C),$(TASK_CFLAGS) -std=c11)
lint-clang:
	$(Q)$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS)) BUILD=$(BUILD)/clang CC=clang CI=true $(BUILD)/clang/squares \
	    $(patsubst $(BUILD)/%,$(BUILD)/clang/%,$(BENCH)) $(BUILD)/clang/fidelity/probe $(BUILD)/clang/coverage >/dev/null

.PHONY: format
format: ## put the source into the project's format
	$(Q)clang-format -i $(FORMATTED)

# --- installing ---

MANUAL     = share/man/man1/squares.1
COMPLETION = share/bash-completion/completions/squares
.PHONY: install install-task uninstall
install: all install-task ## into PREFIX (default /usr/local), below DESTDIR
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/squares
	$(PROGRAM) --manual >$(BUILD)/squares.1
	$(PROGRAM) --completion >$(BUILD)/squares.bash
	install -D -m 644 $(BUILD)/squares.1 $(DESTDIR)$(PREFIX)/$(MANUAL)
	install -D -m 644 $(BUILD)/squares.bash $(DESTDIR)$(PREFIX)/$(COMPLETION)
# What a plug-in is compiled with: the one public header, and where pkg-config finds it.
install-task:
	$(Q)install -d $(DESTDIR)$(PREFIX)/include/squares $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 shared/task/task.h $(DESTDIR)$(PREFIX)/include/squares/task.h
	sed -e 's|@PREFIX@|$(abspath $(PREFIX))|' -e 's|@VERSION@|$(VERSION)|' shared/task/squares.pc.in \
	    >$(DESTDIR)$(PREFIX)/lib/pkgconfig/squares.pc
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/squares $(DESTDIR)$(PREFIX)/include/squares/task.h \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig/squares.pc $(DESTDIR)$(PREFIX)/$(MANUAL) \
	    $(DESTDIR)$(PREFIX)/$(COMPLETION)
	$(Q)rmdir $(DESTDIR)$(PREFIX)/include/squares 2>/dev/null || true

.PHONY: clean help
clean: ## remove all that was built
	$(Q)rm -rf $(BUILD) squares
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12
