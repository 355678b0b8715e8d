using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Emit;
using AuditStream.Core.Normalize;
using AuditStream.Core.Identity;
using AuditStream.Core.Protect;

namespace AuditStream.App.Configuration;

/// <summary>Turns options into the settings of the rooms.</summary>
public static class CoreSettings
{
    private const long EventBytesBesideImages = 65_536;

    /// <summary>Whether images of rows are kept of any table.</summary>
    public static bool KeepsImages(AuditStreamOptions options) => options.Images.State == ImageState.On
        || options.Sources.Exists(source => source.Tables.Values.Any(table => table.State == ImageState.On));

    /// <summary>Everything that a normalizer is made of.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="identityKey">The key of ids and hashes.</param>
    public static NormalizerSettings Normalizer(AuditStreamOptions options, IdentityKey identityKey) => new()
    {
        Decode = new DecodeSettings { Sources = Sources(options) },
        Protect = new ProtectSettings { Version = options.Protect.Version, Rules = [.. options.Protect.Rules.Select(Rule)] },
        Emit = new EmitSettings { Images = Images(options.Emit.Images), MaxEventBytes = MaxEventBytes(options.Raw.MaxRecordBytes) },
        IdentityKey = identityKey,
        ConfigHash = EffectiveSettings.NormalizerHash(options),
        ProductVersion = Product.Version,
    };

    // Full images repeat values: an event can be twice its record. Own topics are created for this size.
    private static int MaxEventBytes(int maxRawRecordBytes) => (int)((2L * maxRawRecordBytes) + EventBytesBesideImages);

    // Topics of no configured source keep images as all others do.
    private static SourceSettings[] Sources(AuditStreamOptions options)
    {
        var keepsImages = options.Images.State == ImageState.On;
        var sources = options.Sources.Select(source => Source(source) with { KeepsImages = keepsImages });
        return [.. sources, .. keepsImages ? [new SourceSettings { KeepsImages = true }] : Array.Empty<SourceSettings>()];
    }

    private static SourceSettings Source(SourceOptions options) => new()
    {
        TopicPattern = options.TopicPattern,
        Name = options.Name,
        Incarnation = options.Incarnation,
        ReplicaIdentity = options.ReplicaIdentity,
        Engine = options.Engine,
        Key = options.Key,
        ActorColumns = [.. options.ActorColumns],
        ActorHeaders = [.. options.ActorHeaders],
        DeepDiff = [.. options.DeepDiff],
        SkippedTables = [.. options.SkippedTables],
        UnavailablePlaceholder = options.UnavailablePlaceholder,
        ReplaceNullWithDefault = options.ReplaceNullWithDefault,
        Dialect = options.Dialect,
        Schema = options.Schema,
        Tombstones = options.Tombstones,
        AddedPrefix = options.AddedPrefix,
        BeforeImageMember = options.BeforeImageMember,
        BeforeImagePrefix = options.BeforeImagePrefix,
        BeforeImageSuffix = options.BeforeImageSuffix,
        IncludeNullAndEmpty = options.IncludeNullAndEmpty,
        DmsCsv = Lines(options.DmsCsv),
        Tables = options.Tables.ToDictionary(entry => entry.Key, entry => Table(entry.Value), StringComparer.Ordinal),
    };

    private static CsvSettings Lines(DmsCsvOptions options) => new()
    {
        Delimiter = options.Delimiter,
        RowDelimiter = options.RowDelimiter,
        NullValue = options.NullValue,
        NoSupValue = options.NoSupValue,
        Rfc4180 = options.Rfc4180,
        AddColumnName = options.AddColumnName,
        TimestampColumnName = options.TimestampColumnName,
        PreserveTransactions = options.PreserveTransactions,
        IncludeOpForFullLoad = options.IncludeOpForFullLoad,
        UnmarkedRows = options.UnmarkedRows,
    };

    private static TableSettings Table(TableOptions options) => new()
    {
        ReplicaIdentity = options.ReplicaIdentity,
        Key = options.Key,
        ActorColumns = options.ActorColumns,
        ActorHeaders = options.ActorHeaders,
        DeepDiff = options.DeepDiff,
        Columns = options.Columns,
        KeepsImages = options.State is { } state ? state == ImageState.On : null,
    };

    private static ProtectRule Rule(ProtectRuleOptions options) =>
        new() { Table = options.Table, Column = options.Column, Action = Action(options.Action) };

    private static FieldAction Action(ProtectAction action) => action switch
    {
        ProtectAction.Keep => FieldAction.Keep,
        ProtectAction.Drop => FieldAction.Drop,
        ProtectAction.Mask => FieldAction.Mask,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No such action."),
    };

    private static ImagesOut Images(EmitImages images) => images switch
    {
        EmitImages.Full => ImagesOut.Full,
        EmitImages.After => ImagesOut.After,
        EmitImages.None => ImagesOut.None,
        _ => throw new ArgumentOutOfRangeException(nameof(images), images, "No such choice of images."),
    };
}
