using AuditStream.Bench;

return args switch
{
    ["core", .. var rest] => CoreBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        auditstream-bench core [--seconds N]   decode, diff, protect and emit on one core, beside tokenising the same bytes alone
        """);
    return 2;
}
