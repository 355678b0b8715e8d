using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Identity;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Normalize;

/// <summary>Everything that a normalizer is made of. Immutable and shared by all tasks.</summary>
public sealed record NormalizerSettings
{
    /// <summary>What configuration says about the sources.</summary>
    public DecodeSettings Decode { get; init; } = new();

    /// <summary>The field policy.</summary>
    public ProtectSettings Protect { get; init; } = new();

    /// <summary>How events are written.</summary>
    public EmitSettings Emit { get; init; } = new();

    /// <summary>The key of ids and hashes.</summary>
    public required IdentityKey IdentityKey { get; init; }

    /// <summary>What names the configuration that decides an event's bytes: member <c>pipeline.config</c>. Given by the host.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The product's version: member <c>pipeline.version</c>.</summary>
    public required string ProductVersion { get; init; }
}
