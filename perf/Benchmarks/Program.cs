using System;
using System.IO;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// Results go where all output goes, so that nothing new appears beside the sources.
IConfig config = DefaultConfig.Instance.WithArtifactsPath(
    Path.Combine(Environment.CurrentDirectory, "artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
