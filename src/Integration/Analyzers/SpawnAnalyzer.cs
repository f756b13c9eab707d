using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Goroutines.Analyzers;

/// <summary>Looks at calls of the library one by one: what they are given, and what becomes of their result.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SpawnAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.DroppedRun, Rules.AsyncVoidArgument, Rules.NotAwaited);

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (GoroutineTypes.From(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(call => LookAtCall(call, types), OperationKind.Invocation);
            }
        });
    }

    private static void LookAtCall(OperationAnalysisContext context, GoroutineTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        IMethodSymbol method = call.TargetMethod;
        bool isSpawn = types.IsSpawn(method);
        if (isSpawn)
        {
            LookAtWork(context, call);
        }

        IOperation? user = UserOf(call);
        bool isDiscarded = user is ISimpleAssignmentOperation { Target: IDiscardOperation };
        if (!isDiscarded && user is not IExpressionStatementOperation)
        {
            return;
        }

        if (isSpawn && method.Name == "Run")
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.DroppedRun, CalledExpression(call)));
        }
        else if (types.HasToBeAwaited(method, isDiscarded))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotAwaited, CalledExpression(call), method.Name));
        }
    }

    private static void LookAtWork(OperationAnalysisContext context, IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == 0
                && Operations.FunctionIn(argument.Value) is { IsAsync: true, ReturnsVoid: true })
            {
                context.ReportDiagnostic(
                    Diagnostic.Create(Rules.AsyncVoidArgument, argument.Value.Syntax.GetLocation(), call.TargetMethod.Name));
            }
        }
    }

    // scheduler?.Run(…) stands in a conditional access, and that in the statement; in Go.Run(…)?.Id the access is the user.
    private static IOperation? UserOf(IInvocationOperation call)
    {
        IOperation used = call;
        while (used.Parent is IConversionOperation or IParenthesizedOperation
            || (used.Parent is IConditionalAccessOperation access && access.WhenNotNull == used))
        {
            used = used.Parent;
        }

        return used.Parent;
    }

    private static Location CalledExpression(IInvocationOperation call) =>
        (call.Syntax is InvocationExpressionSyntax invocation ? invocation.Expression : call.Syntax).GetLocation();
}
