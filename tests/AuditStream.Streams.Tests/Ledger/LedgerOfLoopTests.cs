using System.Text.Json;
using AuditStream.Core.Account;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Ledger;

/// <summary>Ledger events in the loop: when they are written, with what, and what takes them back.</summary>
public sealed class LedgerOfLoopTests : IDisposable
{
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition B = LoopUnderTest.Raw(1);
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(10);
    private readonly MovedTime time = new();
    private readonly LoopUnderTest loop;

    public LedgerOfLoopTests() => loop = new LoopUnderTest { Account = Events, Time = time };

    public void Dispose() => loop.Dispose();

    [Fact]
    public void A_clean_stop_closes_the_account_in_the_transaction_of_the_last_records()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "TWICE", "SKIP", "BAD", null).Assigns(A).Delivers(A, 5)).Run();
        Ledgers().ShouldBe(["raw-0 [0,5) 5 = 2 + 1 + 2, 3 events"]);
        loop.Broker.Calls.Count(call => call == "commit").ShouldBe(1);
    }

    [Fact]
    public void A_range_that_is_due_is_written_although_no_record_comes_and_carries_the_offsets_again()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(A).Delivers(A, 2).Idles()
            .Does(() => Ledgers().ShouldBeEmpty())
            .Does(() => time.Advance(interval)).Idles()
            .Does(() => Ledgers().ShouldBe(["raw-0 [0,2) 2 = 2 + 0 + 0, 2 events"]))
            .Does(() => time.Advance(interval * 10)).Idles()).Run();
        Ledgers().Count.ShouldBe(1);
        loop.Broker.Calls.Count(call => call == "offsets[raw-0=2]").ShouldBe(2);
    }

    [Fact]
    public void A_range_that_is_due_goes_out_with_the_records_of_others()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b", "c", "d").Assigns(A, B).Delivers(A).Delivers(B)
            .Delivers(B).Does(() => time.Advance(interval)).Delivers(B)
            .Does(() => Ledgers().ShouldBe(["raw-0 [0,1) 1 = 1 + 0 + 0, 1 events", "raw-1 [0,2) 2 = 2 + 0 + 0, 2 events"]))).Run();
        loop.Broker.Offsets[A].ShouldBe(1);
        loop.Broker.Offsets[B].ShouldBe(3);
    }

    [Fact]
    public void An_abort_takes_the_event_back_and_the_range_is_written_once()
    {
        loop.Producer(producer => producer.OnCommit.Enqueue(Abortable()))
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(A).Delivers(A, 2).Revokes(A).Assigns(A).Delivers(A, 2)).Run();
        Ledgers().ShouldBe(["raw-0 [0,2) 2 = 2 + 0 + 0, 2 events"]);
        loop.Metrics.Ledger().Total.Consumed.ShouldBe(2);
    }

    [Fact]
    public void An_event_that_is_refused_half_way_leaves_nothing_prepared()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c").Assigns(A).Delivers(A)
                .Does(() =>
                {
                    time.Advance(interval);
                    loop.Broker.LastProducer.OnProduce.Enqueue(Abortable());
                })
                .Idles().Delivers(A, 2)).Run();
        Ledgers().ShouldBe(["raw-0 [0,1) 1 = 1 + 0 + 0, 1 events", "raw-0 [1,3) 2 = 2 + 0 + 0, 2 events"]);
        loop.Broker.Offsets[A].ShouldBe(3);
    }

    [Fact]
    public void A_ledger_that_cannot_be_committed_alone_is_tried_again()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Producer(producer =>
            {
                producer.OnCommit.Enqueue(null);
                producer.OnCommit.Enqueue(Abortable());
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(A).Delivers(A)
                .Does(() => time.Advance(interval)).Idles().Idles()
                .Does(() => Ledgers().ShouldBe(["raw-0 [0,1) 1 = 1 + 0 + 0, 1 events"])).Delivers(A)).Run();
        Ledgers().ShouldBe(["raw-0 [0,1) 1 = 1 + 0 + 0, 1 events", "raw-0 [1,2) 1 = 1 + 0 + 0, 1 events"]);
        loop.Broker.Committed.Count(record => record.Header("ce_type") == "auditstream.insert").ShouldBe(2);
    }

    [Fact]
    public void Partitions_that_are_given_back_are_closed_and_lost_ones_are_not()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Delivers(A).Delivers(B)
            .Revokes(A).Does(() => Ledgers().ShouldBe(["raw-0 [0,1) 1 = 1 + 0 + 0, 1 events"])).Loses(B)).Run();
        Ledgers().Count.ShouldBe(1);
    }

    [Fact]
    public void Records_that_are_gone_unread_are_a_hole_between_two_ranges()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d", "e", "f").Assigns(A).Delivers(A, 2)
            .Does(() => consumer.Begins(A, 4)).Delivers(A, 2)).Run();
        Ledgers().ShouldBe(["raw-0 [0,2) 2 = 2 + 0 + 0, 2 events", "raw-0 [4,6) 2 = 2 + 0 + 0, 2 events"]);
        loop.Broker.Offsets[A].ShouldBe(6);
    }

    [Fact]
    public void Records_that_went_while_nobody_read_are_a_hole_whatever_the_last_owner_left_open()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d", "e", "f").Assigns(A).Delivers(A, 2).Loses(A)
            .Does(() => consumer.Begins(A, 5)).Assigns(A).Delivers(A)).Run();
        Ledgers().ShouldBe(["raw-0 [0,2) 2 = 2 + 0 + 0, 2 events", "raw-0 [5,6) 1 = 1 + 0 + 0, 1 events"]);
    }

    [Fact]
    public void A_commit_that_fails_at_a_gap_takes_its_records_into_it()
    {
        loop.Producer(producer => producer.OnCommit.Enqueue(Abortable()))
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d", "e", "f").Assigns(A).Delivers(A, 2)
                .Does(() => consumer.Begins(A, 4)).Delivers(A, 3)).Run();
        Ledgers().ShouldBe(["raw-0 [4,6) 2 = 2 + 0 + 0, 2 events"]);
        loop.Broker.Committed.Count(record => record.Header("ce_type") == "auditstream.insert").ShouldBe(2);
    }

    // Its next owner waits for the group's offset of the task only: what is in a transaction without it could come behind that owner's.
    [Fact]
    public void What_a_task_without_an_offset_has_inherited_is_written_with_its_first_record_and_not_with_those_of_others()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        int RecordsOfA() => loop.Broker.Tasks.Count(record => record.Key == "normalize:raw-0");
        var before = 0;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Holds("raw", 1, "x").Assigns(A).Delivers(A, 2).Loses(A)
            .Does(() => loop.Broker.Offsets.Remove(A)).Does(() => before = RecordsOfA())
            .Assigns(A, B).Delivers(B)
            .Does(() => loop.Broker.Offsets[B].ShouldBe(1)).Does(() => Ledgers().ShouldBeEmpty()).Does(() => RecordsOfA().ShouldBe(before))
            .Delivers(A)).Run();
        Ledgers()[0].ShouldBe("raw-0 [0,2) 2 = 2 + 0 + 0, 2 events");
    }

    // One transaction held the end of the old log and the beginning of the new one, and its range claimed more records than it has offsets.
    [Fact]
    public void A_log_that_is_made_anew_in_the_middle_of_a_transaction_ends_the_range_and_begins_another()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c").Assigns(A).Delivers(A, 3)
            .Does(() => consumer.Holds("raw", 0, "x", "y")).Delivers(A, 2)).Run();
        Ledgers().ShouldBe(["raw-0 [0,3) 3 = 3 + 0 + 0, 3 events", "raw-0 [0,2) 2 = 2 + 0 + 0, 2 events"]);
        loop.Broker.Offsets[A].ShouldBe(2);
    }

    [Fact]
    public void At_least_once_a_crash_between_the_records_and_their_offsets_makes_ranges_overlap_and_leaves_no_hole()
    {
        loop.Settings = loop.Settings with { Guarantee = ProcessingGuarantee.AtLeastOnce, MaxTransactionRecords = 2 };
        loop.Consumer(consumer =>
            {
                consumer.OnCommit.Enqueue(null);
                consumer.OnCommit.Enqueue(new ClientException(ClientErrorClass.Fenced, "Gone", "The process is gone."));
                consumer.Holds("raw", 0, "a", "b", "c", "d").Assigns(A).Delivers(A, 3).Does(() => time.Advance(interval)).Delivers(A);
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d", "e").Assigns(A).Delivers(A, 3)).Run();
        Ledgers().ShouldBe(["raw-0 [0,3) 3 = 3 + 0 + 0, 3 events", "raw-0 [2,5) 3 = 3 + 0 + 0, 3 events"]);
        loop.Broker.Committed.Count(record => record.Header("ce_type") == "auditstream.insert").ShouldBe(6, "one of five came again");
    }

    [Fact]
    public void At_least_once_writes_it_too()
    {
        loop.Settings = loop.Settings with { Guarantee = ProcessingGuarantee.AtLeastOnce };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        Ledgers().ShouldBe(["raw-0 [0,1) 1 = 1 + 0 + 0, 1 events"]);
    }

    [Fact]
    public void The_images_loop_accounts_for_the_repartition_topic()
    {
        using var images = new LoopUnderTest { Account = Events, KeepsImages = true };
        images.Consumer(consumer => consumer.Holds(images.Settings.RepartitionTopic, 0, "a", "b").Assigns(images.Changes())
            .Idles().Idles().Delivers(images.Changes(), 2)).Run();
        Ledgers(images).ShouldBe([$"{images.Settings.RepartitionTopic}-0 [0,2) 2 = 2 + 0 + 0, 2 events"]);
    }

    private static PipelineEvents Events() => new(
        new NormalizerSettings { IdentityKey = new IdentityKey(new byte[32]), ConfigHash = "c0ffee", ProductVersion = "0.1.0" }, "auditstream");

    private static ClientException Abortable() => new(ClientErrorClass.RequiresAbort, "Local_State", "The transaction must be aborted.");

    private List<string> Ledgers() => Ledgers(loop);

    private static List<string> Ledgers(LoopUnderTest loop) =>
        [.. loop.Broker.Committed.Where(record => record.Header("ce_type") == "auditstream.ledger").Select(Text)];

    private static string Text(FakeRecord record)
    {
        record.Topic.ShouldBe("audit.events");
        var detail = JsonSerializer.Deserialize<JsonElement>(record.Value.ShouldNotBeNull()).GetProperty("detail");
        string Of(string name) => detail.GetProperty(name).ToString();
        var skipped = detail.GetProperty("skipped").EnumerateObject().Sum(reason => int.Parse(reason.Value.GetString() ?? "", null));
        return $"{Of("topic")}-{Of("partition")} [{Of("from")},{Of("to")}) {Of("consumed")} = {Of("emitted")} + {Of("dead_letters")} + {skipped}, {Of("events")} events";
    }
}
