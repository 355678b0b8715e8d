using System.Text;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>The operations of triggers and webhooks, in letters of any case.</summary>
internal static class TriggerOperation
{
    /// <summary>Reads an operation; false when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> name, out ChangeOperation operation)
    {
        ChangeOperation? known = name switch
        {
            _ when Is(name, "insert"u8) => ChangeOperation.Insert,
            _ when Is(name, "update"u8) => ChangeOperation.Update,
            _ when Is(name, "delete"u8) => ChangeOperation.Delete,
            _ when Is(name, "truncate"u8) => ChangeOperation.Truncate,
            _ when Is(name, "upsert"u8) => ChangeOperation.Upsert,
            // Sequin's backfill, and Hasura's call by hand: the row is as it was.
            _ when Is(name, "read"u8) || Is(name, "manual"u8) => ChangeOperation.Snapshot,
            _ => null,
        };
        operation = known.GetValueOrDefault();
        return known is not null;
    }

    /// <summary>True when a name is this one.</summary>
    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> operation) => Ascii.EqualsIgnoreCase(name, operation);
}
