using System.Globalization;
using AuditStream.Core.Images;
using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>Two stores, the same operations, the same answers: whoever uses the port cannot tell which one it has.</summary>
public sealed class StoreConformanceTests
{
    private const int Operations = 3_000;

    [RocksDbFact]
    public void The_store_on_disk_answers_as_the_one_in_memory()
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            using var temporary = new TemporaryFolder("conformance");
            using var folder = StoreUnderTest.Take(temporary.Path);
            using var memory = new MemoryImageStore();
            var disk = folder.Store("images", seed);
            disk.Open();
            memory.Open();
            disk = Run(new Random(seed), folder, disk, memory, seed);
            Same(disk, memory);
            disk.Dispose();
        }
    }

    private static IRowImageStore Run(Random random, ImageFolder folder, IRowImageStore disk, MemoryImageStore memory, int partition)
    {
        long checkpoint = 0;
        for (var operation = 0; operation < Operations; operation++)
        {
            var address = Address(random);
            switch (random.Next(20))
            {
                case < 10:
                    var batch = Batch(random);
                    long? next = random.Next(8) == 0 ? null : checkpoint += batch.Count;
                    disk.Write(batch, next);
                    memory.Write(batch, next);
                    break;
                case < 17:
                    StoreUnderTest.Get(disk, address).ShouldBe(StoreUnderTest.Get(memory, address));
                    break;
                case 17:
                    Same(disk, memory, address[..random.Next(1, address.Length)]);
                    break;
                case 18 when random.Next(200) == 0:
                    disk.Clear();
                    memory.Clear();
                    break;
                case 19 when random.Next(20) == 0:
                    disk.Dispose();
                    disk = folder.Store("images", partition);
                    disk.Open();
                    Same(disk, memory);
                    break;
            }
            disk.Checkpoint.ShouldBe(memory.Checkpoint);
        }
        return disk;
    }

    private static void Same(IRowImageStore disk, MemoryImageStore memory, string prefix = "") =>
        StoreUnderTest.All(disk, prefix).ShouldBe(StoreUnderTest.All(memory, prefix));

    private static string Address(Random random) => string.Create(
        CultureInfo.InvariantCulture, $"[\"shop\",1,\"db\",\"public\",\"t{random.Next(3)}\",{{\"id\":\"{random.Next(60)}\"}}]");

    // Empty images are images; a row may come twice, and its last image counts.
    private static List<KeyValuePair<byte[], byte[]?>> Batch(Random random)
    {
        var batch = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        for (var left = random.Next(1, 40); left > 0; left--)
        {
            var image = random.Next(4) == 0 ? null : new byte[random.Next(3) == 0 ? 0 : random.Next(900)];
            if (image is not null)
                Array.Fill(image, (byte)('a' + random.Next(26)));
            batch[Address(random)] = image;
        }
        return [.. batch.Select(row => new KeyValuePair<byte[], byte[]?>(System.Text.Encoding.UTF8.GetBytes(row.Key), row.Value))];
    }
}
