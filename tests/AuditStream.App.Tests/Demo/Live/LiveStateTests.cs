using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Demo.Live;
using AuditStream.Demo.Messages;
using AuditStream.Streams.Ledger;

namespace AuditStream.App.Tests.Demo.Live;

public sealed class LiveStateTests
{
    private const long OccurredAt = 1_748_859_300_125;

    [Fact]
    public void Rates_are_those_of_the_last_seconds()
    {
        var time = new SteppedTime();
        var state = new LiveState(time);
        state.Figures(0, Ledger(0), default).RecordsPerSecond.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(2));
        var figures = state.Figures(30, Ledger(20), new StoreResult(10, 0, 0, 0, 0));
        (figures.RecordsPerSecond, figures.EventsPerSecond).ShouldBe((10, 5));
        (figures.RecordsBehind, figures.RowsBehind, figures.Elapsed).ShouldBe((10, 10, TimeSpan.FromSeconds(2)));
        time.Advance(TimeSpan.FromSeconds(60));
        state.Figures(30, Ledger(20), default).RecordsPerSecond.ShouldBe(0);
    }

    [Fact]
    public void Topics_are_summed_by_kind_of_source()
    {
        var ledger = new LedgerSnapshot(new Dictionary<string, LedgerEntry>
        {
            ["bank.bank.accounts"] = Emitted(3),
            ["bank.transaction"] = Emitted(2),
            [DmsMessages.TopicPrefix + "bank"] = Emitted(4),
        });
        var figures = new LiveState(TimeProvider.System).Figures(9, ledger, default);
        (figures.Ledger[SourceKind.Debezium].Consumed, figures.Ledger[SourceKind.Dms].Consumed, figures.Total.Consumed).ShouldBe((5, 4, 9));
    }

    [Fact]
    public void The_latest_come_first_the_oldest_are_forgotten_and_their_delays_are_measured()
    {
        var state = new LiveState(TimeProvider.System);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(OccurredAt);
        for (var i = 0; i < LiveState.MaxEntries + 5; i++)
            state.Add(new Arrival(at.AddMilliseconds(i), Row(i), DeadLetter: null));
        state.Latest.Count.ShouldBe(LiveState.MaxEntries);
        state.Latest[0].Subject.ShouldBe($"bank.accounts id={LiveState.MaxEntries + 4}");
        state.Figures(0, Ledger(0), default).Delay.ShouldBe(
            new DelayFigures(TimeSpan.FromMilliseconds(104), TimeSpan.FromMilliseconds(194)));
    }

    [Fact]
    public void An_entry_says_what_is_not_known_and_who_tore_the_dead_letter()
    {
        var state = new LiveState(TimeProvider.System);
        state.Add(new Arrival(DateTimeOffset.UnixEpoch, Row(1) with { Source = "bank-dms", Changed = null, Body = Body("""{"changed":null,"changes":null,"source":{"kind":"dms"}}""") }, null));
        state.Add(new Arrival(DateTimeOffset.UnixEpoch, null, new DeadLetterRow
        {
            Stage = "normalize",
            Reason = "truncated-json",
            Message = "The JSON text ends in the middle.",
            Topic = "bank.bank.accounts",
            Partition = 1,
            Offset = 7,
            TimestampMilliseconds = 0,
            Key = null,
            Value = null,
            HeadersJson = "[]",
        }));
        state.Latest[1].ShouldSatisfyAllConditions(
            entry => entry.Kind.ShouldBe(SourceKind.Dms),
            entry => entry.Note.ShouldContain("what changed is not known"));
        PlainLines.Of(state.Latest[0]).ShouldBe("00:00:00.000 Debezium dead letter bank.bank.accounts, partition 1, offset 7  "
            + "truncated-json: cut short by the demo itself, to show this. The JSON text ends in the middle.");
    }

    [Fact]
    public void A_plain_line_has_the_whole_diff()
    {
        var state = new LiveState(TimeProvider.System);
        state.Add(new Arrival(DateTimeOffset.UnixEpoch, Row(7), null));
        PlainLines.Of(state.Latest[0]).ShouldBe("10:15:00.125 Debezium update bank.accounts id=7  blocked: false → true; owner: ? → Ada");
    }

    private static AuditRow Row(int id) => new()
    {
        EventId = Guid.Empty,
        OccurredAtMilliseconds = OccurredAt,
        Operation = "update",
        Source = "bank",
        Schema = "bank",
        Table = "accounts",
        Key = $"{{\"id\":\"{id}\"}}",
        KeyHash = null,
        Changed = ["blocked", "owner"],
        TransactionId = null,
        Actor = null,
        SourcePosition = null,
        FactHash = [],
        FactScheme = 1,
        EventUid = [],
        Shard = 0,
        StreamOffset = id,
        Body = Body("""{"changes":[{"field":"blocked","new":true,"old":false},{"field":"owner","new":"Ada"}],"source":{"kind":"debezium"}}"""),
    };

    private static byte[] Body(string json) => Encoding.UTF8.GetBytes(json);

    private static LedgerSnapshot Ledger(int records) => new(new Dictionary<string, LedgerEntry> { ["bank.bank.accounts"] = Emitted(records) });

    private static LedgerEntry Emitted(int records)
    {
        var entry = new LedgerEntry();
        for (var i = 0; i < records; i++)
        {
            entry.Consume();
            entry.Emit(1);
        }
        return entry;
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
