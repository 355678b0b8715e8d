using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace AuditStream.App.Configuration;

/// <summary>Demands a regular expression that matches in linear time (no backreferences, no lookaround).</summary>
[AttributeUsage(AttributeTargets.Property)]
public class RegexSyntaxAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not string pattern)
            return ValidationResult.Success;
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return ValidationResult.Success;
        }
        catch (RegexParseException exception)
        {
            return new ValidationResult($"is not a regular expression: {exception.Error} at character {exception.Offset + 1}");
        }
        catch (NotSupportedException)
        {
            return new ValidationResult("uses a backreference or lookaround, which regular expressions here may not");
        }
    }
}
