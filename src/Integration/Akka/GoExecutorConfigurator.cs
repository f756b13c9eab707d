using Akka.Configuration;
using Akka.Dispatch;

namespace Goroutines.AkkaNet;

/// <summary>Makes the executor of a dispatcher. Akka.NET makes this one, by the name in <see cref="GoDispatcher.Executor"/>.</summary>
internal sealed class GoExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new GoExecutor(id, SchedulerNames.Find(Config));

    /// <summary>Queues the turns of actors in the raw lane; an item of Akka.NET's is one of ours as it comes.</summary>
    private sealed class GoExecutor(string id, GoScheduler scheduler) : ExecutorService(id)
    {
        // On the sender's processor, as a goroutine that a goroutine spawns. A scheduler that was disposed runs it on the ThreadPool,
        // so there is nothing to reject.
        public override void Execute(IRunnable run) => scheduler.UnsafeQueueUserWorkItem(run, preferLocal: true);

        // Called when the dispatcher's last actor has gone. The scheduler is not the dispatcher's: others run on it.
        public override void Shutdown()
        {
        }
    }
}
