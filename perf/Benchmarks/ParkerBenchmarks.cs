using System;
using System.Threading;
using BenchmarkDotNet.Attributes;
using Goroutines.Internal.Primitives;

namespace Goroutines.Benchmarks;

/// <summary>Sleeping and waking: the futex against the portable parker.</summary>
[MemoryDiagnoser]
public class ParkerBenchmarks
{
    private const int OperationCount = 1_000;

    private Parker _own = null!;
    private Parker _other = null!;
    private Thread _echo = null!;
    private bool _isStopping;

    [Params("Futex", "Monitor")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Start()
    {
        _own = Create();
        _other = Create();
        _echo = new Thread(Echo) { IsBackground = true };
        _echo.Start();
    }

    [GlobalCleanup]
    public void Stop()
    {
        Volatile.Write(ref _isStopping, true);
        _other.Unpark();
        _echo.Join();
    }

    /// <summary>Per round: two wake-ups of a sleeping thread.</summary>
    [Benchmark(OperationsPerInvoke = OperationCount)]
    public void RoundTrip()
    {
        for (int i = 0; i < OperationCount; i++)
        {
            _other.Unpark();
            _own.Park();
        }
    }

    /// <summary>A notification that is there already: nobody sleeps.</summary>
    [Benchmark(OperationsPerInvoke = OperationCount)]
    public void UnparkThenPark()
    {
        for (int i = 0; i < OperationCount; i++)
        {
            _own.Unpark();
            _own.Park();
        }
    }

    private void Echo()
    {
        while (true)
        {
            _other.Park();
            if (Volatile.Read(ref _isStopping))
            {
                return;
            }

            _own.Unpark();
        }
    }

    private Parker Create() => Kind switch
    {
        "Futex" => Futex.IsSupported ? new FutexParker() : throw new PlatformNotSupportedException("There is no futex here."),
        "Monitor" => new MonitorParker(),
        _ => throw new InvalidOperationException($"There is no parker '{Kind}'."),
    };
}
