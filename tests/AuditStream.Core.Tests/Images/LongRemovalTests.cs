using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Images;

/// <summary>Removals of more images than one transaction should hold.</summary>
public sealed class LongRemovalTests
{
    private const int MaxChanges = 10;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    [InlineData(11, 2)]
    [InlineData(95, 10)]
    public void What_is_picked_goes_in_parts_and_nothing_else_goes(int picked, int parts)
    {
        using var images = Filled(picked, others: 40);
        var done = 1;
        for (; !images.RemoveWhere("a"u8, IsOdd, MaxChanges); done++)
        {
            images.Changes.Count.ShouldBe(MaxChanges);
            images.Commit();
        }

        images.Commit();
        done.ShouldBe(parts);
        images.Store.Rows.ShouldBe(40);
        images.TryGet("b1"u8, out _).ShouldBeTrue("of another table");
    }

    [Fact]
    public void What_waits_for_the_commit_goes_first_and_leaves_less_room()
    {
        using var images = Filled(picked: 8, others: 0);
        foreach (var row in Enumerable.Range(100, 6))
            images.Put(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"a{row}")), [1]);
        images.RemoveWhere("a"u8, IsOdd, MaxChanges).ShouldBeFalse();
        images.Changes.Count.ShouldBe(MaxChanges);
        images.Changes.ShouldAllBe(change => change.Value == null);
        images.Commit();
        images.RemoveWhere("a"u8, IsOdd, MaxChanges).ShouldBeTrue();
        images.Commit();
        images.Store.Rows.ShouldBe(0);
    }

    [Fact]
    public void A_buffer_that_is_full_already_is_committed_before_anything_goes()
    {
        using var images = Filled(picked: 3, others: 0);
        foreach (var row in Enumerable.Range(0, MaxChanges + 5))
            images.Put(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"c{row}")), [1]);
        images.RemoveWhere("a"u8, IsOdd, MaxChanges).ShouldBeFalse();
        images.Changes.Count.ShouldBe(MaxChanges + 5);
        images.Commit();
        images.RemoveWhere("a"u8, IsOdd, MaxChanges).ShouldBeTrue();
    }

    // Of a hundred million rows of other tables none goes, and looking at them all takes longer than a thread may be silent.
    [Fact]
    public void In_a_sorted_store_a_part_ends_too_when_it_has_looked_at_enough_and_the_next_one_begins_there()
    {
        using var images = new ImageBuffer(new SortedImageStore()) { MaxVisits = 7 };
        for (var row = 0; row < 30; row++)
            images.Put(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"a{row:D2}")), [row == 29 ? (byte)1 : (byte)2]);
        images.Commit();
        var (parts, looked) = (1, 0);
        for (; !images.RemoveWhere("a"u8, Picks, MaxChanges); parts++)
            images.Commit();
        (parts, looked).ShouldBe((5, 30));
        images.Changes.ShouldHaveSingleItem().Value.ShouldBeNull();

        bool Picks(ReadOnlyMemory<byte> image)
        {
            looked++;
            return image.Span[0] == 1;
        }
    }

    [Theory]
    [InlineData("t")]
    [InlineData(null)]
    public void A_truncate_or_a_record_that_cannot_be_read_ends_more_rows_than_one_transaction_holds(string? op)
    {
        const int Rows = ImageProcessor.MaxChanges + 500;
        var settings = Histories.Settings();
        var run = new ForwardedRun(settings);
        using var store = new MemoryImageStore();
        using var processor = new ImageProcessor(settings, store);
        for (var row = 0; row < Rows; row++)
        {
            Process(processor, run, Envelope("c", row), offset: row).Kind.ShouldBe(OutcomeKind.Emitted);
            if (processor.Images.Changes.Count == 1_000)
                processor.Images.Commit();
        }

        processor.Images.Commit();
        store.Rows.ShouldBe(Rows);
        var ends = op is null ? Given.Record("{\"op\":") : Given.Record(Given.Envelope(op, source: Given.Source(lsn: "77")), "null");
        Process(processor, run, ends, offset: Rows).Kind.ShouldBe(OutcomeKind.Unfinished);
        processor.Images.Changes.Count.ShouldBe(ImageProcessor.MaxChanges);
        processor.Images.Commit();
        Process(processor, run, ends, offset: Rows).ShouldBe(Outcome.Skipped(SkipReason.ImageMarker));
        processor.Images.Commit();
        store.Rows.ShouldBe(op is null ? 1 : 0, "what is left says that a record was missed");
    }

    private static bool IsOdd(ReadOnlyMemory<byte> image) => image.Span[0] == 1;

    private static ImageBuffer Filled(int picked, int others)
    {
        var images = new ImageBuffer(new MemoryImageStore());
        for (var row = 0; row < picked; row++)
            images.Put(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"a{row}")), [1]);
        for (var row = 0; row < others; row++)
        {
            var (table, image) = row % 2 == 0 ? ("a9", (byte)2) : ("b", (byte)1);
            images.Put(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{table}{row}")), [image]);
        }

        images.Commit();
        return images;
    }

    private static RawRecord Envelope(string op, int id) => Given.Record(
        Given.Envelope(op, after: string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id}}}"), source: Given.Source(lsn: "77")),
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id}}}"));

    // The one message that a raw record becomes, to the one task.
    private static Outcome Process(ImageProcessor processor, ForwardedRun run, RawRecord record, long offset)
    {
        var message = run.Forward(record with { Offset = offset }).Messages.ShouldHaveSingleItem();
        return processor.Process(
            new RawRecord
            {
                Topic = "repartition", Partition = 0, Offset = offset, TimestampMilliseconds = 1, Key = message.Address, Value = message.Value, Headers = [],
            },
            new ForwardedRun.Output());
    }
}
