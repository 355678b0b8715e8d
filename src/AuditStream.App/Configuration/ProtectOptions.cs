using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The field policy: which values may leave. What no rule matches is kept.</summary>
public sealed class ProtectOptions
{
    /// <summary>The policy's version, as it stands in every event.</summary>
    /// <value>1</value>
    [Required]
    public string Version { get; set; } = "1";

    /// <summary>The rules; the first that matches a column decides.</summary>
    public List<ProtectRuleOptions> Rules { get; set; } = [];
}
