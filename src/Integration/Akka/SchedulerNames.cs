using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using Akka.Configuration;

namespace Goroutines.AkkaNet;

/// <summary>Gives schedulers names, because a configuration is text and all that Akka.NET hands to what it makes by type name.</summary>
/// <remarks>Weak: a name keeps no scheduler alive. An actor system holds the one it runs on.</remarks>
internal static class SchedulerNames
{
    /// <summary>The HOCON key beside the type's name. Without it, <see cref="GoScheduler.Shared"/> is meant.</summary>
    public const string Key = "go-scheduler";

    private static readonly ConditionalWeakTable<GoScheduler, string> s_names = new();
    private static readonly ConcurrentDictionary<string, WeakReference<GoScheduler>> s_schedulers = new();
    private static int s_lastNumber;

    /// <summary>Returns the name of a scheduler, the same for each call.</summary>
    public static string NameOf(GoScheduler scheduler)
    {
        string name = s_names.GetValue(
            scheduler, static _ => Interlocked.Increment(ref s_lastNumber).ToString(CultureInfo.InvariantCulture));
        s_schedulers.TryAdd(name, new WeakReference<GoScheduler>(scheduler));
        foreach (KeyValuePair<string, WeakReference<GoScheduler>> pair in s_schedulers)
        {
            if (!pair.Value.TryGetTarget(out _))
            {
                s_schedulers.TryRemove(pair);
            }
        }

        return name;
    }

    /// <summary>Returns the scheduler a configuration means.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="path">The path of <see cref="Key"/> in it.</param>
    /// <exception cref="ConfigurationException">The name was not made in this process, or its scheduler is gone.</exception>
    public static GoScheduler Find(Config config, string path = Key)
    {
        string? name = config.GetString(path, null);
        if (name is null)
        {
            return GoScheduler.Shared;
        }

        return s_schedulers.TryGetValue(name, out WeakReference<GoScheduler>? known) && known.TryGetTarget(out GoScheduler? scheduler)
            ? scheduler
            : throw new ConfigurationException(
                $"There is no scheduler '{name}' for {path}. Leave the key out for GoScheduler.Shared, "
                + "or take the configuration from GoDispatcher.CreateConfig.");
    }
}
