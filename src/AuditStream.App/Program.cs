using Confluent.Kafka;
AuditStream.Streams.NativeLibraries.Candidates();
Console.WriteLine(Library.VersionString);
return 0;
