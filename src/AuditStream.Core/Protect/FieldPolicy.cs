using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;

namespace AuditStream.Core.Protect;

/// <summary>The room Protect: <see cref="RowDiff"/> in, <see cref="ProtectedDiff"/> out.</summary>
/// <remarks>
/// <para>One instance per task; not thread-safe; the protected diff is reused.</para>
/// <para>A table that no rule reaches costs one comparison of references per change. What a rule does is decided once per table and layout
/// and kept.</para>
/// <para>A protected column of the row's key becomes <c>"keyed-hash:…"</c> in keys and images: HMAC-SHA-256 under the identity key of
/// the bytes below, in base64url without padding. Each length is 4 bytes, big-endian.</para>
/// <code>
/// bytes  what                                                    worked bytes
/// 23     the text "auditstream keyed value"                      61 75 64 69 ... 6c 75 65
/// 4 + n  length, and the source's name                           00 00 00 04 73 68 6f 70
/// 4 + n  length, and the schema, else the database, else nothing 00 00 00 06 70 75 62 6c 69 63
/// 4 + n  length, and the table                                   00 00 00 06 6f 72 64 65 72 73
/// 4 + n  length, and the column's name                           00 00 00 02 69 64
/// 4 + n  length, and the value as it stands in a key: its        00 00 00 04 22 34 32 22
///        canonical JSON text, a number as a string
/// </code>
/// </remarks>
public sealed class FieldPolicy
{
    /// <summary>How many decisions are kept; beyond it they are made anew.</summary>
    private const int MaximumDecisions = 10_000;

    private const string MessageTable = "message";

    /// <summary>By this name in the place of a column a rule reaches who made a change.</summary>
    public const string ActorName = "$actor";

    private readonly ProtectRule[] rules;
    private readonly byte[] versionText;
    private readonly IncrementalHash hmac;
    private readonly ByteWriter hashed = new(256);
    private readonly Dictionary<DecisionKey, FieldDecision> decisions = [];
    private readonly ProtectedDiff protectedDiff;
    private DecisionKey lastKey;
    private FieldDecision lastDecision = FieldDecision.KeepAll;

    /// <summary>Compiles the settings.</summary>
    /// <exception cref="ArgumentException">There are too many rules, a pattern is empty or too long, or a rule's action is none that can be
    /// asked for.</exception>
    public FieldPolicy(ProtectSettings settings, IdentityKey identityKey)
    {
        if (settings.Rules.Count > ProtectSettings.MaximumRules)
            throw new ArgumentException($"A policy has at most {ProtectSettings.MaximumRules} rules; this one has {settings.Rules.Count}.");
        foreach (var rule in settings.Rules)
        {
            if (rule.Action > FieldAction.Mask)
                throw new ArgumentException($"The action {rule.Action} cannot be asked for: keep, drop and mask can.");
            if (rule.Table.Length is 0 or > ProtectRule.MaximumPatternCharacters || rule.Column.Length is 0 or > ProtectRule.MaximumPatternCharacters)
                throw new ArgumentException($"A rule's patterns have 1 to {ProtectRule.MaximumPatternCharacters} characters.");
        }
        rules = [.. settings.Rules];
        versionText = CanonicalText.Quoted(settings.Version);
        hmac = identityKey.CreateHmac();
        MessageContent = ActionOf(MessageTable, "content");
        protectedDiff = ProtectedDiff.Under(this);
    }

    /// <summary>What becomes of the content of logical messages.</summary>
    internal FieldAction MessageContent { get; }

    /// <summary>The member <c>protection</c> of a message whose content is hidden.</summary>
    internal byte[] MessageProtection => ProtectionOf([("content", MessageContent)]);

    /// <summary>Applies the policy to one change.</summary>
    public ProtectedDiff Apply(RowDiff diff)
    {
        protectedDiff.Protect(diff);
        return protectedDiff;
    }

    /// <summary>What the policy does to the columns of a row change.</summary>
    internal FieldDecision DecisionFor(RowChange change)
    {
        if (rules.Length == 0 && !change.After.Layout.HasHidden && !LayoutOf(change.Key).HasHidden)
            return FieldDecision.KeepAll;
        var key = new DecisionKey(
            change.Facts.Table, change.After.Layout, LayoutOf(change.Key), LayoutOf(change.PreviousKey), LayoutOf(change.NextKey));
        if (key == lastKey)
            return lastDecision;
        if (!decisions.TryGetValue(key, out var decision))
        {
            if (decisions.Count == MaximumDecisions)
                decisions.Clear();
            decision = Decide(key);
            decisions.Add(key, decision);
        }
        (lastKey, lastDecision) = (key, decision);
        return decision;
    }

    /// <summary>What the policy does to the actor of a row change: what its rule asks for, and no less than what is done to the column that it was taken
    /// from.</summary>
    internal static FieldAction ActorActionFor(FieldDecision decision, RowChange change)
    {
        var column = change.Facts.ActorColumn is { } name && decision.Row.Length > 0
            ? Array.BinarySearch(change.After.Layout.Names, name, StringComparer.Ordinal)
            : -1;
        var ofColumn = column < 0 ? FieldAction.Keep : decision.Row[column];
        return decision.Actor == FieldAction.Keep ? ofColumn
            : ofColumn == FieldAction.Keep ? decision.Actor
            : (FieldAction)Math.Min((byte)decision.Actor, (byte)ofColumn);
    }

    /// <summary>What the policy does to the actor of what is no row.</summary>
    internal FieldAction ActorActionFor(ChangeFacts facts) =>
        ActionOf(facts.Operation == ChangeOperation.Message ? MessageTable : NameOf(facts.Table), ActorName);

    /// <summary>The member <c>protection</c> of a change whose actor is hidden.</summary>
    internal byte[] ProtectionWithActor(FieldDecision decision, FieldAction action) =>
        decision.ProtectionWithActor[(int)action] ??= ProtectionOf(
            new SortedDictionary<string, FieldAction>(decision.Hidden, StringComparer.Ordinal) { [ActorName] = action }
                .Select(pair => (pair.Key, pair.Value)));

    /// <summary>The same for what is no row.</summary>
    internal byte[] ProtectionWithActor(bool hidesContent, FieldAction action) =>
        ProtectionOf(hidesContent ? [(ActorName, action), ("content", MessageContent)] : [(ActorName, action)]);

    /// <summary>Appends the keyed hash of a value, as a JSON string.</summary>
    internal void WriteKeyedHash(TableReference table, string column, ReadOnlySpan<byte> text, ByteWriter into)
    {
        hashed.Clear();
        hashed.Write("auditstream keyed value"u8);
        WriteField(table.Source);
        WriteField(table.Schema ?? table.Database ?? "");
        WriteField(table.Table ?? "");
        WriteField(column);
        // Inside a key every number is a string; in an image it need not be. The hash is the same in both.
        var isNumber = text.Length > 0 && (text[0] == '-' || char.IsAsciiDigit((char)text[0]));
        WriteLength(text.Length + (isNumber ? 2 : 0));
        if (isNumber)
            hashed.Write((byte)'"');
        hashed.Write(text);
        if (isNumber)
            hashed.Write((byte)'"');
        WriteHash(into);
    }

    /// <summary>Appends what stands for a value while its change travels and its image is kept: a keyed hash, as a JSON string.</summary>
    /// <remarks>Of the value's normal form, so that equal values stay equal however they are written; and of the row's address, so that equal
    /// values of two rows do not show.</remarks>
    /// <param name="rowAddress">The address of the row: UTF-8.</param>
    /// <param name="column">The column.</param>
    /// <param name="type">Its type.</param>
    /// <param name="text">The canonical text of the value; null for NULL.</param>
    /// <param name="isNull">True for NULL.</param>
    /// <param name="into">Where it is appended.</param>
    internal void WriteHidden(
        ReadOnlySpan<byte> rowAddress, string column, ColumnType type, ReadOnlySpan<byte> text, bool isNull, ByteWriter into)
    {
        hashed.Clear();
        hashed.Write("auditstream hidden value"u8);
        WriteLength(rowAddress.Length);
        hashed.Write(rowAddress);
        WriteField(column);
        hashed.Write(isNull ? (byte)0 : (byte)1);
        if (!isNull)
            ValueEquality.WriteNormal(text, type, hashed);
        WriteHash(into);
    }

    private void WriteHash(ByteWriter into)
    {
        hmac.AppendData(hashed.Written);
        Span<byte> hash = stackalloc byte[32];
        hmac.GetHashAndReset(hash);
        into.Write("\"keyed-hash:"u8);
        into.Advance(Base64Url.EncodeToUtf8(hash, into.GetSpan(Base64Url.GetEncodedLength(hash.Length))));
        into.Write((byte)'"');
    }

    private FieldDecision Decide(in DecisionKey key)
    {
        var table = key.Table;
        var tableName = NameOf(table);
        var keyNames = new HashSet<string>(
            [.. key.Key.Names, .. key.PreviousKey.Names, .. key.NextKey.Names, .. table.ConfiguredKey ?? []], StringComparer.Ordinal);
        // In MongoDB's keys the column _id is called id.
        var idIsHidden = table.Engine == "mongodb" && ActionOf(tableName, "_id") != FieldAction.Keep;
        // What is hidden already stays so, whatever the rules say now.
        var hiddenKeys = HiddenNames(key.Key).Concat(HiddenNames(key.PreviousKey)).Concat(HiddenNames(key.NextKey)).ToHashSet(StringComparer.Ordinal);
        keyNames.RemoveWhere(name =>
            ActionOf(tableName, name) == FieldAction.Keep && !(idIsHidden && name == "id") && !hiddenKeys.Contains(name));

        var row = Array.ConvertAll(
            key.Row.Names, name => keyNames.Contains(name) ? FieldAction.KeyedHash : ActionOf(tableName, name));
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] == FieldAction.Keep && key.Row.IsHidden(i))
                row[i] = FieldAction.Mask;
        }
        var hidden = new SortedDictionary<string, FieldAction>(StringComparer.Ordinal);
        foreach (var name in keyNames)
            hidden[name] = FieldAction.KeyedHash;
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] != FieldAction.Keep)
                hidden[key.Row.Names[i]] = row[i];
        }
        var actor = ActionOf(tableName, ActorName);
        return hidden.Count == 0 && actor == FieldAction.Keep
            ? FieldDecision.KeepAll
            : new FieldDecision
            {
                Row = row, KeyNames = keyNames, Hidden = hidden, Actor = actor,
                Protection = hidden.Count == 0 ? [] : ProtectionOf(hidden.Select(pair => (pair.Key, pair.Value))),
            };
    }

    private static string NameOf(TableReference table) =>
        (table.Schema ?? table.Database) is { } qualifier ? $"{qualifier}.{table.Table}" : table.Table ?? "";

    private FieldAction ActionOf(string table, string column)
    {
        foreach (var rule in rules)
        {
            // What hides is generous, what shows is strict: engines fold names, and a rule in other letters must not let a value out.
            var hides = rule.Action != FieldAction.Keep;
            if (Wildcard.Matches(rule.Table, table, ignoreCase: hides) && Wildcard.Matches(rule.Column, column, ignoreCase: hides))
                return rule.Action;
        }
        return FieldAction.Keep;
    }

    private byte[] ProtectionOf(IEnumerable<(string Column, FieldAction Action)> hidden)
    {
        var text = new ByteWriter(256);
        text.Write("{\"fields\":["u8);
        var separator = ""u8;
        foreach (var (column, action) in hidden)
        {
            text.Write(separator);
            text.Write("{\"action\":\""u8);
            text.Write(action switch { FieldAction.Drop => "drop"u8, FieldAction.Mask => "mask"u8, _ => "keyed_hash"u8 });
            text.Write("\",\"field\":"u8);
            text.Write(CanonicalText.Quoted(column));
            text.Write((byte)'}');
            separator = ","u8;
        }
        text.Write("],\"policy\":"u8);
        text.Write(versionText);
        text.Write((byte)'}');
        return text.Written.ToArray();
    }

    private static IEnumerable<string> HiddenNames(ColumnLayout layout) => layout.Names.Where((_, column) => layout.IsHidden(column));

    private static ColumnLayout LayoutOf(RowImage image) => image.IsPresent ? image.Layout : ColumnLayout.Empty;

    private void WriteField(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteLength(length);
        hashed.Advance(Encoding.UTF8.GetBytes(text, hashed.GetSpan(length)));
    }

    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(hashed.GetSpan(4), length);
        hashed.Advance(4);
    }

    private readonly record struct DecisionKey(
        TableReference Table, ColumnLayout Row, ColumnLayout Key, ColumnLayout PreviousKey, ColumnLayout NextKey);
}
