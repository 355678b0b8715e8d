using System.ComponentModel.DataAnnotations;
using AuditStream.Streams.Settings;

namespace AuditStream.App.Configuration;

/// <summary>Demands a regular expression that the Kafka client understands as .NET does: <see cref="TopicPattern"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BrokerRegexAttribute : RegexSyntaxAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        // First what only the client's dialect lacks: its message says what to write instead.
        return value is string pattern && TopicPattern.Problem(pattern) is { } problem
            ? new ValidationResult(problem)
            : base.IsValid(value, validationContext);
    }
}
