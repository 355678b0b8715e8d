namespace AuditStream.Core.Tests.Parity;

/// <summary>The same history through each dialect gives the same changes, but for what the table of limits lists.</summary>
public sealed class ParityTests
{
    private const int Histories = 200;

    public static TheoryData<string> Names => [.. Dialects.All.Select(dialect => dialect.Name)];

    public static TheoryData<string, string> Lines
    {
        get
        {
            var lines = new TheoryData<string, string>();
            foreach (var dialect in Dialects.All)
            {
                foreach (var limit in Limits.Of(dialect))
                    lines.Add(dialect.Name, limit.Says);
            }

            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_history_gives_the_same_changes_but_for_the_limits(string name)
    {
        var dialect = Of(name);
        Difference.Of(dialect.Events(MadeHistory.Fixed), TruthEvents.Write(MadeHistory.Fixed, Limits.Of(dialect))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_history_gives_the_same_changes_but_for_the_limits(string name)
    {
        var dialect = Of(name);
        for (var seed = 1; seed <= Histories; seed++)
        {
            var history = RandomHistory.Make(seed);
            Difference.Of(dialect.Events(history), TruthEvents.Write(history, Limits.Of(dialect))).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Each_limit_is_there(string name, string limit)
    {
        var dialect = Of(name);
        var others = Limits.Of(dialect).Where(other => other.Says != limit).ToList();
        Difference.Of(dialect.Events(MadeHistory.Fixed), TruthEvents.Write(MadeHistory.Fixed, others)).ShouldNotBeEmpty();
    }

    [Fact]
    public void Every_limit_names_dialects_that_there_are() =>
        Limits.Table.SelectMany(limit => limit.Dialects).Except(Dialects.All.Select(dialect => dialect.Name)).ShouldBeEmpty();

    private static Dialect Of(string name) => Dialects.All.Single(dialect => dialect.Name == name);
}
