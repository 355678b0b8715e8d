-- Before rows are counted that are older than the chain (020): writers wait from here until the whole migration is committed. What they hold back is
-- written afterwards, by a version with chains, or refused (040). Where the chain is there already this holds nobody up but for the moment.
LOCK TABLE audit.event, audit.divergence, audit.dead_letter IN SHARE ROW EXCLUSIVE MODE;
