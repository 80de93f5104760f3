# paw.mk: rules of make for .paw programs. A user's Makefile:
#
#     PROGRAMS = triage.pawx mail/reply.pawx
#     include $(shell pawc --makefile)
#
# `make` then builds every program whose sources, imports or data files changed; `make paw-test` runs their tests,
# `make paw-clean` removes what was built. PAWFLAGS are passed to every build (`PAWFLAGS = -O3 -j2`).

PAWC ?= pawc
PAWFLAGS ?=

.PHONY: paw-all paw-test paw-clean paw-always
paw-all: $(PROGRAMS)

%.pawx: %.paw
	$(PAWC) build -MMD $(PAWFLAGS) -o $@ $<

%.pawo: %.paw
	$(PAWC) build --emit obj -MMD $(PAWFLAGS) -o $@ $<

paw-test: $(PROGRAMS)
	$(PAWC) test $(PAWFLAGS) $(PROGRAMS:.pawx=.paw)

paw-clean:
	rm -f $(PROGRAMS) $(PROGRAMS:.pawx=.d)

# What each program was built from, as -MMD wrote it.
-include $(PROGRAMS:.pawx=.d)

# A plain `pawc build` writes no .d. A program whose .d is missing, or older than the program, is given to `pawc build`
# again, which knows itself whether anything changed: the files such a program was built from are not known here.
PAW_UNKNOWN := $(shell for p in $(PROGRAMS); do d=$${p%.pawx}.d; \
  if [ ! -e "$$d" ] || [ "$$p" -nt "$$d" ]; then echo "$$p"; fi; done)
$(PAW_UNKNOWN): paw-always

