using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Goroutines.Analyzers;

/// <summary>Finds, in goroutine code, what leaves the scheduler, and async void wherever it has to do with goroutines.</summary>
/// <remarks>One outermost type is looked at as a whole, because who calls a method decides whether it is goroutine code.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class GoroutineCodeAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.ConfigureAwaitFalse, Rules.TaskRun, Rules.AsyncVoid);

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // Generated code is read for who calls whom and not reported on.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        context.RegisterCompilationStartAction(static start =>
        {
            if (GoroutineTypes.From(start.Compilation) is { } types)
            {
                var passes = new ConcurrentDictionary<ISymbol, TypePass>(SymbolEqualityComparer.Default);
                start.RegisterSymbolStartAction(
                    type => passes.GetOrAdd(OutermostOf(type.Symbol), _ => new TypePass(types)).Start(type), SymbolKind.NamedType);
            }
        });
    }

    private static ISymbol OutermostOf(ISymbol type) => type.ContainingType is { } outer ? OutermostOf(outer) : type;

    /// <summary>The look at one outermost type.</summary>
    private sealed class TypePass(GoroutineTypes types)
    {
        private readonly FunctionMap _map = new();
        private readonly ConcurrentBag<Finding> _findings = [];
        private readonly ConcurrentBag<AsyncVoid> _asyncVoids = [];

        public void Start(SymbolStartAnalysisContext context)
        {
            context.RegisterOperationAction(NoteCall, OperationKind.Invocation);
            context.RegisterOperationAction(NoteReference, OperationKind.MethodReference);
            context.RegisterOperationAction(NoteLambda, OperationKind.AnonymousFunction);
            context.RegisterOperationAction(NoteLocalFunction, OperationKind.LocalFunction);
            context.RegisterOperationAction(NoteMember, OperationKind.PropertyReference, OperationKind.ObjectCreation);

            // A type ends after all that is nested in it.
            if (context.Symbol.ContainingType is null)
            {
                context.RegisterSymbolEndAction(Report);
            }
        }

        private void NoteCall(OperationAnalysisContext context)
        {
            var call = (IInvocationOperation)context.Operation;
            ISymbol caller = Operations.FunctionOf(call, context.ContainingSymbol);
            _map.AddCall(call.TargetMethod.OriginalDefinition, caller);
            if (GoroutineTypes.IsOfLibrary(call.TargetMethod))
            {
                _map.AddUser(caller);
            }

            if (types.IsConfigureAwaitFalse(call))
            {
                _findings.Add(new Finding(Rules.ConfigureAwaitFalse, caller, CallWithoutReceiver(call.Syntax)));
            }
            else if (types.IsTaskRun(call.TargetMethod))
            {
                _findings.Add(new Finding(Rules.TaskRun, caller, CalledExpression(call.Syntax)));
            }
        }

        private void NoteReference(OperationAnalysisContext context)
        {
            var reference = (IMethodReferenceOperation)context.Operation;
            NoteDelegate(reference, reference.Method.OriginalDefinition, Operations.FunctionOf(reference, context.ContainingSymbol));
        }

        private void NoteLambda(OperationAnalysisContext context)
        {
            var lambda = (IAnonymousFunctionOperation)context.Operation;
            NoteDelegate(lambda, lambda.Symbol, Operations.FunctionOf(lambda, context.ContainingSymbol));
            if (IsAsyncVoid(lambda.Symbol) && lambda.Syntax is AnonymousFunctionExpressionSyntax syntax)
            {
                _asyncVoids.Add(new AsyncVoid(lambda.Symbol, "This lambda", syntax.AsyncKeyword.GetLocation()));
            }
        }

        private void NoteLocalFunction(OperationAnalysisContext context)
        {
            IMethodSymbol function = ((ILocalFunctionOperation)context.Operation).Symbol;
            if (IsAsyncVoid(function))
            {
                _asyncVoids.Add(new AsyncVoid(function, function.Name, function.Locations[0]));
            }
        }

        private void NoteMember(OperationAnalysisContext context)
        {
            ISymbol? member = context.Operation is IPropertyReferenceOperation property
                ? property.Property
                : ((IObjectCreationOperation)context.Operation).Constructor;
            if (member is not null && GoroutineTypes.IsOfLibrary(member))
            {
                _map.AddUser(Operations.FunctionOf(context.Operation, context.ContainingSymbol));
            }
        }

        private void NoteDelegate(IOperation operation, IMethodSymbol function, ISymbol user)
        {
            IOperation? outside = Operations.Outside(operation);
            IMethodSymbol? taker = Operations.TargetOf(outside as IArgumentOperation);
            if (outside is IEventAssignmentOperation)
            {
                _map.AddUse(function, UseKind.Event);
            }
            else if (taker is not null && types.IsSpawn(taker))
            {
                _map.AddUse(function, UseKind.Spawn);
            }
            else if (taker is not null && types.IsGo(taker))
            {
                _map.AddCall(function, user);
            }
            else
            {
                _map.AddUse(function, UseKind.Unknown);
            }
        }

        private void Report(SymbolAnalysisContext context)
        {
            List<IMethodSymbol> methods = MethodsOf((INamedTypeSymbol)context.Symbol).ToList();
            foreach (IMethodSymbol method in methods.Where(types.IsActorTurn))
            {
                _map.AddRoot(method);
            }

            ISet<ISymbol> goroutines = _map.FindGoroutineCode();
            foreach (Finding finding in _findings.Where(finding => goroutines.Contains(finding.Function)))
            {
                context.ReportDiagnostic(Diagnostic.Create(finding.Rule, finding.Location));
            }

            IEnumerable<AsyncVoid> named = methods
                .Where(IsAsyncVoid)
                .Select(method => new AsyncVoid(method, method.Name, method.Locations[0]));
            foreach (AsyncVoid function in named.Concat(_asyncVoids))
            {
                if (IsToReport(function.Function, goroutines))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.AsyncVoid, function.Location, function.Name));
                }
            }
        }

        private bool IsToReport(IMethodSymbol function, ISet<ISymbol> goroutines)
        {
            bool isGivenSignature = function.IsOverride
                || types.IsHandlerSignature(function)
                || _map.HasUse(function, UseKind.Event)
                || ImplementsInterface(function);

            // What is given to Run or Post is reported there.
            return !isGivenSignature
                && !_map.HasUse(function, UseKind.Spawn)
                && (_map.IsUser(function) || goroutines.Contains(function));
        }

        private static bool ImplementsInterface(IMethodSymbol method) =>
            method.MethodKind == MethodKind.ExplicitInterfaceImplementation
            || (method.MethodKind == MethodKind.Ordinary
                && method.ContainingType.AllInterfaces
                    .SelectMany(contract => contract.GetMembers(method.Name))
                    .Any(member => SymbolEqualityComparer.Default.Equals(
                        method.ContainingType.FindImplementationForInterfaceMember(member), method)));

        private static bool IsAsyncVoid(IMethodSymbol method) => method is { IsAsync: true, ReturnsVoid: true };

        private static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol type) =>
            type.GetMembers().OfType<IMethodSymbol>().Concat(type.GetTypeMembers().SelectMany(MethodsOf));

        // The receiver may be a long chain: only the call itself is underlined.
        private static Location CallWithoutReceiver(SyntaxNode call) =>
            call is InvocationExpressionSyntax { Expression: var expression } && NameIn(expression) is { } name
                ? Location.Create(call.SyntaxTree, TextSpan.FromBounds(name.SpanStart, call.Span.End))
                : call.GetLocation();

        private static Location CalledExpression(SyntaxNode call) =>
            (call is InvocationExpressionSyntax invocation ? invocation.Expression : call).GetLocation();

        private static SimpleNameSyntax? NameIn(ExpressionSyntax expression) => expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            SimpleNameSyntax name => name,
            _ => null,
        };
    }

    private sealed class Finding(DiagnosticDescriptor rule, ISymbol function, Location location)
    {
        public DiagnosticDescriptor Rule { get; } = rule;

        public ISymbol Function { get; } = function;

        public Location Location { get; } = location;
    }

    private sealed class AsyncVoid(IMethodSymbol function, string name, Location location)
    {
        public IMethodSymbol Function { get; } = function;

        public string Name { get; } = name;

        public Location Location { get; } = location;
    }
}
