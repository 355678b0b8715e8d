using AuditStream.Bench;

return args switch
{
    ["core", .. var rest] => CoreBench.Run(rest),
    ["loop", .. var rest] => await LoopBench.RunAsync(rest),
    ["store", .. var rest] => await StoreBench.RunAsync(rest),
    ["images", .. var rest] => await ImagesBench.RunAsync(rest),
    ["verify", .. var rest] => await VerifyBench.RunAsync(rest),
    ["retire", .. var rest] => await RetireBench.RunAsync(rest),
    ["asking", .. var rest] => await AskingBench.RunAsync(rest),
    ["replay", .. var rest] => await ReplayBench.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        auditstream-bench core [--seconds N]   decode, diff, protect and emit on one core, beside tokenising the same bytes alone
        auditstream-bench loop [--records N] [--rounds N]   the whole loop on a real broker, beside a plain transactional copy loop
        auditstream-bench store [--batches N] [--rows N]   the store beside bare COPY of the same rows and beside a temporary table, fsync on
        auditstream-bench images [--images N]   row images in memory and on disk: put, get, restore from a changelog on a real broker
        auditstream-bench verify [--rows N]   verify --all beside a bare COPY of the same rows, sizes per row, the chain's share of the sink
        auditstream-bench retire [--rows N]   a month is archived, read back against the chain, dropped, and its archive checked by itself
        auditstream-bench asking [--rows N]   the store's questions on 2,000,000 events, and what their indexes cost while writing
        auditstream-bench replay [--records N]   a stored stream again: the sink's topic, and the raw topics through all of it, on a real broker
        """);
    return 2;
}
