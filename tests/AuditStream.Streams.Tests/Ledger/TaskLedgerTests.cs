using AuditStream.Core.Flow;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Ledger;

public sealed class TaskLedgerTests
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(10);
    private readonly MovedTime time = new();
    private readonly List<string> written = [];

    [Fact]
    public void Ranges_end_where_the_next_begins()
    {
        var ledger = Begun(null, committed: 40);
        Commit(ledger, records: 3, from: 42, to: 45); // 40 and 41 are control records
        time.Advance(interval);
        Commit(ledger, records: 2, from: 45, to: 50);
        Commit(ledger, records: 1, from: 50, to: 51);
        time.Advance(interval);
        Commit(ledger, records: 0, from: -1, to: -1);
        written.ShouldBe(["[40,50) 5", "[50,51) 1"]);
    }

    [Fact]
    public void A_range_is_written_when_it_is_old_enough_and_not_before()
    {
        var ledger = Begun(null, committed: 0);
        ledger.IsDue.ShouldBeFalse();
        Commit(ledger, records: 3, from: 0, to: 3);
        ledger.IsDue.ShouldBeFalse();
        time.Advance(interval - TimeSpan.FromMilliseconds(1));
        ledger.IsDue.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));
        ledger.IsDue.ShouldBeTrue();
        Commit(ledger, records: 0, from: -1, to: -1);
        written.ShouldBe(["[0,3) 3"]);
        time.Advance(interval * 5);
        ledger.IsDue.ShouldBeFalse();
        Commit(ledger, records: 0, from: -1, to: -1, isClosing: true);
        written.Count.ShouldBe(1);
    }

    [Fact]
    public void An_aborted_transaction_leaves_no_trace()
    {
        var ledger = Begun(null, committed: 0);
        Commit(ledger, records: 3, from: 0, to: 3);
        var state = ledger.State.ToArray();
        time.Advance(interval);
        Prepare(ledger, records: 4, from: 3, to: 7).ShouldBe(["[0,7) 7"]);
        ledger.Aborted();
        ledger.State.ToArray().ShouldBe(state);
        ledger.IsDue.ShouldBeTrue();
        Commit(ledger, records: 4, from: 3, to: 7);
        written.ShouldBe(["[0,7) 7"]);
    }

    [Fact]
    public void The_next_owner_goes_on_with_the_open_range_however_the_last_one_ended()
    {
        var first = Begun(null, committed: null);
        Commit(first, records: 3, from: 5, to: 8);
        var second = Begun(first.State.ToArray(), committed: 8);
        second.End.ShouldBe(8);
        Commit(second, records: 2, from: 9, to: 11, isClosing: true);
        written.ShouldBe(["[5,11) 5"]);
        var third = Begun(second.State.ToArray(), committed: 11);
        third.IsOpen.ShouldBeFalse();
        Commit(third, records: 1, from: 13, to: 14, isClosing: true);
        written.ShouldBe(["[5,11) 5", "[11,14) 1"]);
    }

    [Fact]
    public void An_inherited_range_is_written_in_time_although_no_record_comes()
    {
        var first = Begun(null, committed: null);
        Commit(first, records: 3, from: 5, to: 8);
        var second = Begun(first.State.ToArray(), committed: 8);
        second.IsDue.ShouldBeFalse();
        time.Advance(interval);
        second.IsDue.ShouldBeTrue();
        Commit(second, records: 0, from: -1, to: -1);
        written.ShouldBe(["[5,8) 3"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(100)]
    public void After_a_reset_the_open_range_is_written_as_it_is_and_a_new_one_begins(long reset)
    {
        var first = Begun(null, committed: 5);
        Commit(first, records: 3, from: 5, to: 8);
        var second = Begun(first.State.ToArray(), committed: reset);
        second.IsDue.ShouldBeTrue();
        Commit(second, records: 2, from: reset, to: reset + 2, isClosing: true);
        written.ShouldBe(["[5,8) 3", $"[{reset},{reset + 2}) 2"]);
    }

    [Fact]
    public void What_was_left_before_a_reset_survives_an_abort_and_another_owner()
    {
        var first = Begun(null, committed: 5);
        Commit(first, records: 3, from: 5, to: 8);
        var second = Begun(first.State.ToArray(), committed: 0);
        Prepare(second, records: 2, from: 0, to: 2);
        second.Aborted();
        var third = Begun(second.State.ToArray(), committed: 0);
        Commit(third, records: 0, from: -1, to: -1);
        written.ShouldBe(["[5,8) 3"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void A_leap_ends_the_range_and_begins_another(long to)
    {
        var ledger = Begun(null, committed: 5);
        Commit(ledger, records: 3, from: 5, to: 8);
        ledger.Leap(to);
        ledger.IsDue.ShouldBeTrue();
        Commit(ledger, records: 2, from: 5, to: to + 2);
        Commit(ledger, records: 1, from: 5, to: to + 3, isClosing: true);
        written.ShouldBe(["[5,8) 3", $"[{to},{to + 3}) 3"]);
    }

    [Fact]
    public void A_leap_of_an_empty_range_moves_its_beginning()
    {
        var ledger = Begun(null, committed: 5);
        ledger.Leap(9);
        ledger.IsOpen.ShouldBeFalse();
        Commit(ledger, records: 1, from: 9, to: 10, isClosing: true);
        written.ShouldBe(["[9,10) 1"]);
    }

    [Fact]
    public void What_was_open_before_a_leap_survives_an_abort_a_second_leap_and_another_owner()
    {
        var first = Begun(null, committed: 5);
        Commit(first, records: 3, from: 5, to: 8);
        first.Leap(20);
        Prepare(first, records: 1, from: 5, to: 21).ShouldBe(["[5,8) 3"]);
        first.Aborted();
        first.Leap(30);
        var second = Begun(first.State.ToArray(), committed: 8);
        second.Leap(30);
        Commit(second, records: 1, from: 30, to: 31, isClosing: true);
        written.ShouldBe(["[5,8) 3", "[30,31) 1"]);
    }

    [Fact]
    public void Without_a_committed_offset_the_account_begins_with_the_first_record()
    {
        var ledger = Begun(null, committed: null);
        ledger.End.ShouldBe(-1);
        Commit(ledger, records: 1, from: 17, to: 18, isClosing: true);
        written.ShouldBe(["[17,18) 1"]);
    }

    [Fact]
    public void A_state_that_cannot_be_read_begins_anew_and_claims_nothing()
    {
        var ledger = Begun([9, 9, 9], committed: 30);
        ledger.IsOpen.ShouldBeFalse();
        Commit(ledger, records: 1, from: 30, to: 31, isClosing: true);
        written.ShouldBe(["[30,31) 1"]);
    }

    private TaskLedger Begun(byte[]? state, long? committed)
    {
        var ledger = new TaskLedger(time, interval);
        ledger.Begin(state, committed);
        return ledger;
    }

    private void Commit(TaskLedger ledger, int records, long from, long to, bool isClosing = false)
    {
        written.AddRange(Prepare(ledger, records, from, to, isClosing));
        ledger.Committed();
    }

    private static string[] Prepare(TaskLedger ledger, int records, long from, long to, bool isClosing = false)
    {
        var more = new LedgerEntry();
        for (var record = 0; record < records; record++)
        {
            more.Consume();
            more.Emit(events: 1);
        }
        return [.. ledger.Prepare(more, from, to, timestampMilliseconds: 1_000 + to, isClosing)
            .Select(range => FormattableString.Invariant($"[{range.From},{range.To}) {range.Counts.Consumed}"))];
    }
}
