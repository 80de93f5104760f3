# paw.mk: rules of make for .paw programs. A user's Makefile:
#
#     PROGRAMS = triage.pawx mail/reply.pawx
#     include $(shell pawc --makefile)
#
# `make` then builds every program whose sources, imports or data files changed; `make paw-test` runs their tests,
# `make paw-clean` removes what was built. PAWFLAGS are passed to every build (`PAWFLAGS = -O3 -j2`).

PAWC ?= pawc
PAWFLAGS ?=

.PHONY: paw-all paw-test paw-clean
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
