using Microsoft.Extensions.Configuration;

namespace AuditStream.App.Configuration;

/// <summary>Knows for every key where its value was written.</summary>
public sealed class SettingOrigins
{
    // By source, the later first: each key that it sets, with the place where it does.
    private readonly List<(SettingSource Source, Dictionary<string, string> Places)> sources = [];

    /// <summary>Adds a source, which wins over those added before.</summary>
    /// <param name="source">Its kind.</param>
    /// <param name="provider">Its values.</param>
    /// <param name="place">Where a key stands in it.</param>
    public void Add(SettingSource source, IConfigurationProvider provider, Func<string, string> place)
    {
        var places = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Collect(provider, parent: null, place, places);
        sources.Insert(0, (source, places));
    }

    /// <summary>Where the value of a key, or what lies below it, was written; several places for a list that several sources make up.</summary>
    /// <returns>Empty when nobody has set it.</returns>
    public IReadOnlyList<SettingOrigin> Find(string key)
    {
        var wanted = Normal(key);
        foreach (var (source, places) in sources)
        {
            if (places.TryGetValue(wanted, out var place))
                return [new(source, place)];
        }
        var below = sources.SelectMany(entry => entry.Places.Keys).Where(name => name.StartsWith(wanted + ':', StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase);
        return [.. below.Select(Winner).Distinct()];
    }

    private SettingOrigin Winner(string key)
    {
        var (source, places) = sources.First(entry => entry.Places.ContainsKey(key));
        return new(source, places[key]);
    }

    private static void Collect(IConfigurationProvider provider, string? parent, Func<string, string> place, Dictionary<string, string> places)
    {
        foreach (var name in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase).ToList())
        {
            var key = parent is null ? name : $"{parent}:{name}";
            // A section has no value; an empty text is one, and wins over what was written before it.
            if (provider.TryGet(key, out var value) && value is not null)
                places[Normal(key)] = place(key);
            Collect(provider, key, place, places);
        }
    }

    // Names of client settings are written in two ways: SettingsRules.
    private static string Normal(string key)
    {
        const string Client = "Kafka:Client:";
        return key.StartsWith(Client, StringComparison.OrdinalIgnoreCase) ? Client + key[Client.Length..].Replace('_', '.') : key;
    }
}
