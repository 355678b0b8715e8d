using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace AuditStream.Streams.Settings;

/// <summary>Finds what is wrong with settings before anything connects: everything at once.</summary>
public static class SettingsCheck
{
    /// <summary>One sentence per problem; empty when all is well.</summary>
    public static IReadOnlyList<string> Problems(StreamsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        var problems = results.Select(result => result.ErrorMessage ?? "A setting is not valid.").ToList();
        foreach (var name in settings.Client.Keys)
        {
            if (ClientSettings.IsRefused(name, out var why))
                problems.Add($"The client setting {name} cannot be passed through: {why}.");
        }
        if (settings.RawTopics.Count == 0 && string.IsNullOrEmpty(settings.RawPattern))
            problems.Add("Neither raw topics nor a pattern for them are given.");
        foreach (var topic in settings.RawTopics.Where(topic => IsOwn(settings, topic)))
            problems.Add($"The topic {topic} is one of the pipeline's own and cannot be a raw topic.");
        if (settings.FinalTopic == settings.DeadLetterTopic)
            problems.Add("The final topic and the dead letters' topic must differ.");
        if (settings.CommitIntervalMilliseconds >= settings.TransactionTimeoutMilliseconds)
            problems.Add("The commit interval must be shorter than the transaction's time-out.");
        return problems;
    }

    /// <summary>True for a topic that a pattern leaves out: one of the pipeline's own, or an internal one of another application.</summary>
    public static bool IsLeftOut(StreamsSettings settings, string topic) =>
        IsOwn(settings, topic)
        || (ClientSettings.LeavesOut(settings) && Regex.IsMatch(topic, ClientSettings.OthersInternalTopics, RegexOptions.NonBacktracking));

    /// <summary>True for the final topic, the dead letters, internal topics and Kafka's own.</summary>
    public static bool IsOwn(StreamsSettings settings, string topic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(topic);
        return topic == settings.FinalTopic
            || topic == settings.DeadLetterTopic
            || topic.StartsWith(settings.ApplicationId + "-", StringComparison.Ordinal)
            || Regex.IsMatch(topic, ClientSettings.InternalTopics, RegexOptions.NonBacktracking);
    }
}
