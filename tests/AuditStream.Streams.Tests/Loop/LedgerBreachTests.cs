using AuditStream.Core.Flow;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>Each way in which a record may end up without its one outcome stops its task: nothing of it is committed, and it is said.</summary>
public sealed class LedgerBreachTests
{
    private static readonly Rejection rejection = new(RejectionCode.NotJson, "The value is not JSON.", ByteOffset: 0);

    /// <summary>What a handler does, and what it says that it did.</summary>
    public static TheoryData<string, int, int, Outcome> Wrongs => new()
    {
        { "more events said than made", 1, 0, Outcome.Emitted(2) },
        { "fewer events said than made", 2, 0, Outcome.Emitted(1) },
        { "an event said and none made", 0, 0, Outcome.Emitted(1) },
        { "emitted without an event", 0, 0, Outcome.Emitted(0) },
        { "more forwarded said than done", 1, 0, Outcome.Emitted(1, forwarded: 1) },
        { "forwarded without saying so", 1, 1, Outcome.Emitted(1) },
        { "skipped with an event", 1, 0, Outcome.Skipped(SkipReason.Tombstone) },
        { "skipped with a forwarded change", 0, 1, Outcome.Skipped(SkipReason.Tombstone) },
        { "skipped without a reason", 0, 0, Outcome.Skipped(SkipReason.None) },
        { "refused with an event", 1, 0, Outcome.Rejected(rejection) },
        { "no outcome", 0, 0, default },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_record_without_its_one_outcome_stops_the_task(string wrong, int events, int forwards, Outcome says)
    {
        using var loop = new LoopUnderTest { Handler = () => new ToldHandler(events, forwards, says) };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(LoopUnderTest.Raw()).Delivers(LoopUnderTest.Raw())).Run();
        loop.Broker.Committed.ShouldBeEmpty(wrong);
        loop.Broker.Offsets.ShouldBeEmpty(wrong);
        loop.Log.Lines.ShouldContain(line => line.Contains("its sums do not agree: 1 consumed", StringComparison.Ordinal), wrong);
        loop.Metrics.Ledger().Total.Consumed.ShouldBe(0, wrong);
    }

    [Fact]
    public void Two_wrongs_do_not_make_a_right_sum()
    {
        var calls = 0;
        using var loop = new LoopUnderTest { Handler = () => new AlternatingHandler(() => calls++ == 0 ? 0 : 2) };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(LoopUnderTest.Raw()).Delivers(LoopUnderTest.Raw(), 2)).Run();
        loop.Broker.Committed.ShouldBeEmpty();
        loop.Log.Lines.ShouldContain(line => line.Contains("its sums do not agree", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_right_is_committed()
    {
        using var loop = new LoopUnderTest { Handler = () => new ToldHandler(2, 1, Outcome.Emitted(2, forwarded: 1)) };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(LoopUnderTest.Raw()).Delivers(LoopUnderTest.Raw())).Run();
        loop.Broker.Committed.Count.ShouldBe(3);
        loop.Metrics.Ledger().Total.IsBalanced.ShouldBeTrue();
    }

    /// <summary>Says one event each time and makes as many as told.</summary>
    private sealed class AlternatingHandler(Func<int> events) : Core.Normalize.IRecordHandler
    {
        public Outcome Process(in RawRecord record, Core.Normalize.IAuditEventOutput output) =>
            new ToldHandler(events(), 0, Outcome.Emitted(1)).Process(record, output);
    }
}
