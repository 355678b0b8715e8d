using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;

namespace AuditStream.Simulation.Audit;

/// <summary>The events of the simulation: as much of an event as the sink reads, and a name that says of which raw record it was made, which of
/// its events it is, and which record changed its row before.</summary>
internal static class EventText
{
    private const long OccurredAt = 1_767_225_600_000;
    private const string NameMember = "\"name\":\"";

    /// <summary>The identity key of the model's pipeline.</summary>
    internal static IdentityKey IdentityKey { get; } = new(new byte[IdentityKey.MinimumBytes]);

    /// <summary>The identity key's fingerprint that all events carry.</summary>
    internal static string Fingerprint => IdentityKey.Fingerprint;

    /// <summary>The name of an event.</summary>
    /// <param name="serial">The raw record's.</param>
    /// <param name="index">Which of its events.</param>
    /// <param name="before">The serial of the record that changed the row before; -1 for none; null where no images are kept.</param>
    internal static string Name(int serial, int index, int? before) => FormattableString.Invariant($"{serial}#{index}")
        + (before is null ? "" : before < 0 ? " after none" : FormattableString.Invariant($" after {before}"));

    /// <summary>Writes an event.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="serial">The raw record's.</param>
    /// <param name="index">Which of its events.</param>
    /// <param name="before">As of <see cref="Name"/>.</param>
    /// <param name="length">How long the name is at least, in characters.</param>
    internal static void Write(AuditEvent to, int serial, int index, int? before, int length = 0)
    {
        var uid = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(uid.AsSpan(3), serial);
        uid[7] = (byte)index;
        var facts = (byte[])uid.Clone();
        BinaryPrimitives.WriteInt32BigEndian(facts.AsSpan(8), before ?? -2);
        var name = Name(serial, index, before).PadRight(length);
        to.Value = Encoding.UTF8.GetBytes(
            $"{{\"event_id\":\"{EventIdentity.IdOf(OccurredAt, uid)}\",{NameMember}{name}\",\"occurred_at\":\"2026-01-01T00:00:00.000Z\","
            + $"\"operation\":\"insert\",\"pipeline\":{{\"identity_key\":\"{Fingerprint}\"}},\"source\":{{\"name\":\"model\"}},\"spec\":\"auditstream/1\"}}");
        to.Headers =
        [
            new RecordHeader(EventHeaders.FactHash, Encoding.UTF8.GetBytes("1:" + Convert.ToHexStringLower(facts))),
            new RecordHeader(EventHeaders.EventUid, Encoding.UTF8.GetBytes(Convert.ToHexStringLower(uid))),
        ];
    }

    /// <summary>The name of the event in these bytes.</summary>
    internal static string NameOf(ReadOnlyMemory<byte>? value)
    {
        var text = Encoding.UTF8.GetString(value.GetValueOrDefault().Span);
        var begin = text.IndexOf(NameMember, StringComparison.Ordinal) + NameMember.Length;
        return text[begin..text.IndexOf('"', begin)];
    }

    /// <summary>The place of an event among those of its row.</summary>
    internal static (int Serial, int Index) PlaceOf(string name)
    {
        var (number, space) = (name.IndexOf('#', StringComparison.Ordinal), name.IndexOf(' ', StringComparison.Ordinal));
        return (int.Parse(name.AsSpan(0, number), CultureInfo.InvariantCulture),
            int.Parse(name.AsSpan((number + 1)..(space < 0 ? name.Length : space)), CultureInfo.InvariantCulture));
    }
}
