using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Streams.Topology;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream topology</c>: the topology as Kafka Streams describes one.</summary>
public static class TopologyVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var topology = new VerbCommand("topology",
            "Prints the topology in the text form of Kafka Streams' Topology.describe(), which its visualisers draw.",
            "auditstream topology",
            "auditstream topology --config audit.json");
        configuration.AddTo(topology);
        topology.SetAction(arguments =>
        {
            arguments.InvocationConfiguration.Output.Write(TopologyDescription.Of(EdgeSettings.Streams(configuration.Read(arguments))));
            return ExitCode.Done;
        });
        return topology;
    }
}
