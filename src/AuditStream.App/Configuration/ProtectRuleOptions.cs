using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>One rule of the field policy.</summary>
public sealed class ProtectRuleOptions
{
    /// <summary>The tables, as schema.table; * stands for any text.</summary>
    /// <value>*</value>
    [Required]
    public string Table { get; set; } = "*";

    /// <summary>The columns; * stands for any text.</summary>
    /// <value>*</value>
    [Required]
    public string Column { get; set; } = "*";

    /// <summary>What happens to their values: keep, drop (the column is left out) or mask (the value is replaced).</summary>
    /// <value>keep</value>
    public ProtectAction Action { get; set; } = ProtectAction.Keep;
}
