using System.Globalization;
using System.Text;
using AuditStream.Core.Images;
using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>Removals of more images than one transaction should hold, on disk.</summary>
public sealed class LongRemovalTests
{
    private const int Rows = 1_000;
    private const int MaxChanges = 70;

    [RocksDbFact]
    public void Each_part_begins_where_the_last_one_ended()
    {
        using var temporary = new TemporaryFolder("removal");
        using var folder = StoreUnderTest.Take(temporary.Path);
        var store = folder.Store("images", 0);
        store.Open();
        using var images = new ImageBuffer(store);
        store.Write([.. Enumerable.Range(0, Rows).Select(row => new KeyValuePair<byte[], byte[]?>(Address("a", row), [(byte)(row % 3)]))], checkpoint: 1);
        store.Write([new(Address("b", 0), [1])], checkpoint: 2);

        var looked = 0;
        var parts = 1;
        for (; !images.RemoveWhere("a"u8, Picks, MaxChanges); parts++)
        {
            images.Changes.Count.ShouldBe(MaxChanges);
            images.Commit(checkpoint: 2 + parts);
        }
        images.Commit(checkpoint: 2 + parts);

        parts.ShouldBe(5);
        looked.ShouldBe(Rows, "none is looked at twice");
        StoreUnderTest.All(store).Length.ShouldBe(1 + (Rows / 3 * 2) + 1);
        StoreUnderTest.Get(store, "b00000").ShouldNotBeNull("of another table");

        bool Picks(ReadOnlyMemory<byte> image)
        {
            looked++;
            return image.Span[0] == 1;
        }
    }

    [RocksDbFact]
    public void After_an_abort_it_begins_again()
    {
        using var temporary = new TemporaryFolder("removal");
        using var folder = StoreUnderTest.Take(temporary.Path);
        var store = folder.Store("images", 0);
        store.Open();
        using var images = new ImageBuffer(store);
        store.Write([.. Enumerable.Range(0, 10).Select(row => new KeyValuePair<byte[], byte[]?>(Address("a", row), [1]))], checkpoint: 1);
        images.RemoveWhere("a"u8, _ => true, maxChanges: 4).ShouldBeFalse();
        images.Abort();
        while (!images.RemoveWhere("a"u8, _ => true, maxChanges: 4))
            images.Commit();
        images.Commit();
        StoreUnderTest.All(store).ShouldBeEmpty();
    }

    [RocksDbFact]
    public void Addresses_are_shown_in_order_from_where_it_is_told_until_there_are_enough()
    {
        using var temporary = new TemporaryFolder("removal");
        using var folder = StoreUnderTest.Take(temporary.Path);
        using var store = folder.Store("images", 0);
        store.Open();
        store.IsSorted.ShouldBeTrue();
        store.Write([.. Enumerable.Range(0, 10).Select(row => new KeyValuePair<byte[], byte[]?>(Address("a", row), [1]))], checkpoint: 1);
        var shown = new List<string>();
        store.Scan("a"u8, Address("a", 4), (address, _) =>
        {
            shown.Add(Encoding.UTF8.GetString(address));
            return shown.Count < 3;
        });
        shown.ShouldBe(["a00004", "a00005", "a00006"]);
    }

    private static byte[] Address(string table, int row) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{table}{row:D5}"));
}
