using System.Threading;
using Akka.Configuration;
using Akka.Dispatch;

namespace Goroutines.AkkaNet;

/// <summary>Makes the executor of a dispatcher. Akka.NET makes this one, by the name in <see cref="GoDispatcher.Executor"/>.</summary>
internal sealed class GoExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new GoExecutor(id, SchedulerNames.Find(Config));

    /// <summary>Queues the turns of actors.</summary>
    /// <remarks>
    /// <para>
    /// A message to an actor that waits readies it: it runs next on the sender's processor, when the sender's turn has ended, and nobody
    /// is woken for it. Spawned instead, as the raw lane does it, another processor takes it while the sender is still at it, and two
    /// actors that talk to each other move between processors with each message: 380 to 920 ns a round for 180 to 330 (two processors;
    /// 250 to 510 on the ThreadPool).
    /// </para>
    /// <para>
    /// An actor without a message is one that was just made, or is to do what its supervisor says. Those are spawned: newest first, a
    /// tree of actors grows and withers branch by branch, where first come, first served has all of it alive at once (100,000 leaves:
    /// 0.9 s for 0.5).
    /// </para>
    /// <para>
    /// The door for what is readied is the scheduler's SynchronizationContext. The turn must not see it, or <c>ReceiveAsync</c> would
    /// resume through it and not in its actor; without it, the environment is that of the raw lane.
    /// </para>
    /// </remarks>
    private sealed class GoExecutor(string id, GoScheduler scheduler) : ExecutorService(id)
    {
        private static readonly SendOrPostCallback s_runTurn = static turn =>
        {
            SynchronizationContext.SetSynchronizationContext(null);
            ((IRunnable)turn!).Run();
        };

        private readonly SynchronizationContext _context = scheduler.SynchronizationContext;

        // A scheduler that was disposed runs it on the ThreadPool, so there is nothing to reject.
        public override void Execute(IRunnable run)
        {
            if (run is Mailbox { MessageQueue.HasMessages: true })
            {
                _context.Post(s_runTurn, run);
            }
            else
            {
                scheduler.UnsafeQueueUserWorkItem(run, preferLocal: true);
            }
        }

        // Called when the dispatcher's last actor has gone. The scheduler is not the dispatcher's: others run on it.
        public override void Shutdown()
        {
        }
    }
}
