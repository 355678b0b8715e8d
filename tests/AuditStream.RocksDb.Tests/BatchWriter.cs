using System.Globalization;
using System.Text;

namespace AuditStream.RocksDb.Tests;

/// <summary>Writes batches without end, and says each that the store has taken: the process that a test kills.</summary>
/// <remarks>Batch n sets the rows <c>[0]</c> to <c>[9]</c> to n, removes or puts the row <c>[odd]</c>, and its checkpoint is n.</remarks>
internal static class BatchWriter
{
    internal const int Rows = 10;

    /// <summary>The process.</summary>
    /// <param name="arguments">The folder.</param>
    public static int Main(string[] arguments)
    {
        using var folder = StoreUnderTest.Take(arguments[0]);
        using var store = folder.Store("images", 0);
        store.Open();
        for (var batch = (store.Checkpoint ?? 0) + 1; ; batch++)
        {
            store.Write(Batch(batch), batch);
            Console.WriteLine(batch.ToString(CultureInfo.InvariantCulture));
        }
    }

    internal static List<KeyValuePair<byte[], byte[]?>> Batch(long number)
    {
        var image = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        List<KeyValuePair<byte[], byte[]?>> batch = [.. Enumerable.Range(0, Rows).Select(row => new KeyValuePair<byte[], byte[]?>(Row(row), image))];
        batch.Add(new(Odd, number % 2 == 1 ? image : null));
        return batch;
    }

    internal static byte[] Row(int row) => Encoding.UTF8.GetBytes($"[{row}]");

    internal static byte[] Odd => "[odd]"u8.ToArray();
}
