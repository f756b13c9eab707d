using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>The restart of several siblings because one has failed: all are torn down, last one first, then all start in order.</summary>
/// <remarks>
/// The failed actor leads, in its own turn. The others get a note each, do their part in their own turns and wait in between, so that none
/// of them handles a message meanwhile. One that fails while it is meant to take part joins instead of beginning a restart of its own.
/// </remarks>
internal sealed class GroupRestart
{
    private readonly List<Member> _members = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GroupRestart(ActorCell leader, IEnumerable<ActorCell> cells, Exception reason)
    {
        Leader = leader;
        Reason = reason;
        foreach (ActorCell cell in cells)
        {
            _members.Add(new Member(this, cell));
        }
    }

    public Task Ended => _ended.Task;

    public ActorCell Leader { get; }

    private Exception Reason { get; }

    /// <summary>Returns an actor's part, if it has one that it has not taken yet.</summary>
    public Member? FindOpen(ActorCell cell) => _members.Find(member => member.Cell == cell && !member.IsTaken);

    public async ValueTask<(bool IsStarted, Exception LastFailure)> RunAsync(RestartWindow window)
    {
        for (int i = _members.Count - 1; i >= 0; i--)
        {
            Member member = _members[i];
            if (member.Cell == Leader)
            {
                await Leader.TearDownAsync(Reason).ConfigureAwait(true);
            }
            else
            {
                member.Cell.Push(member);
                await member.TornDown.Task.ConfigureAwait(true);
            }
        }

        (bool IsStarted, Exception LastFailure) outcome =
            await Leader.RunPipelineAsync(Reason, window, StartAllAsync).ConfigureAwait(true);
        if (!outcome.IsStarted)
        {
            await LetGoAsync(goesOn: false, static _ => true).ConfigureAwait(true);
        }

        return outcome;
    }

    public void End() => _ended.SetResult();

    private async ValueTask StartAllAsync()
    {
        int place = _members.FindIndex(member => member.Cell == Leader);
        await LetGoAsync(goesOn: true, index => index < place).ConfigureAwait(true);
        await Leader.StartIncarnationAsync().ConfigureAwait(true);
        await LetGoAsync(goesOn: true, index => index > place).ConfigureAwait(true);
    }

    private async ValueTask LetGoAsync(bool goesOn, Func<int, bool> which)
    {
        for (int i = 0; i < _members.Count; i++)
        {
            // Those that were started before a start that failed are done.
            if (which(i) && _members[i].Cell != Leader && _members[i].Proceed.TrySetResult(goesOn))
            {
                await _members[i].IsDone.Task.ConfigureAwait(true);
            }
        }
    }

    /// <summary>The part of one actor, and the note that tells it.</summary>
    public sealed class Member(GroupRestart group, ActorCell cell) : Note
    {
        public ActorCell Cell { get; } = cell;

        /// <summary>Gets whether the actor has begun its part. In its turn.</summary>
        public bool IsTaken { get; private set; } = cell == group.Leader;

        public TaskCompletionSource TornDown { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<bool> Proceed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource IsDone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask TakeAsync()
        {
            IsTaken = true;
            return Cell.JoinAsync(this, group.Reason);
        }

        public override ValueTask DeliverAsync(ActorCell cell) => IsTaken ? default : TakeAsync();

        // The actor has ended otherwise.
        public override void Drop(ActorCell cell)
        {
            TornDown.TrySetResult();
            IsDone.TrySetResult();
        }
    }
}
