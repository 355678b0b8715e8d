using System.Text;

namespace AuditStream.App.Configuration;

/// <summary>How members of an enum are written in configuration: <c>ExactlyOnceV2</c> as <c>exactly_once_v2</c>.</summary>
public static class WireName
{
    /// <summary>The written form of a member.</summary>
    public static string Of(Enum member)
    {
        var name = member.ToString();
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>The written forms of all members of an enum.</summary>
    public static IEnumerable<string> AllOf(Type type) => Enum.GetValues(type).Cast<Enum>().Select(Of);

    /// <summary>Reads the written form, in any case; null when no member has it.</summary>
    public static Enum? Parse(Type type, string text) =>
        Enum.GetValues(type).Cast<Enum>().FirstOrDefault(member => Of(member).Equals(text, StringComparison.OrdinalIgnoreCase));
}
