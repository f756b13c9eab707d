using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Goroutines.Analyzers.CodeFixes;

/// <summary>Awaits a result that is dropped, or starts the goroutine with Post, which has none.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DroppedResultFix))]
[Shared]
internal sealed class DroppedResultFix : CodeFixProvider
{
    private const string PostTitle = "Use Post";
    private const string AwaitTitle = "Await it";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RuleIds.DroppedRun, RuleIds.NotAwaited);

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        SyntaxNode? root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        InvocationExpressionSyntax? call =
            root?.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>();
        if (call is null || model?.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method)
        {
            return;
        }

        if (method.Name == "Run" && PostTakes(method))
        {
            context.RegisterCodeFix(
                CodeAction.Create(PostTitle, cancellation => PostAsync(document, call, cancellation), PostTitle), context.Diagnostics);
        }

        if (call.Expression is not MemberBindingExpressionSyntax && CanAwaitAt(call))
        {
            context.RegisterCodeFix(
                CodeAction.Create(AwaitTitle, cancellation => AwaitAsync(document, call, cancellation), AwaitTitle), context.Diagnostics);
        }
    }

    // It takes no token, and no function with a result: a lambda that returns one does not become another kind of lambda.
    private static bool PostTakes(IMethodSymbol run) =>
        run.Parameters.Length == 1
        && run.OriginalDefinition.Parameters[0].Type is INamedTypeSymbol { DelegateInvokeMethod: { } work }
        && (work.ReturnsVoid || work.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 0 });

    // A lambda without a block may have to change its type with what it returns: left to the writer.
    private static bool CanAwaitAt(InvocationExpressionSyntax call)
    {
        if (StatementOf(call) is not { } statement)
        {
            return false;
        }

        foreach (SyntaxNode node in statement.Ancestors())
        {
            switch (node)
            {
                case LockStatementSyntax or UnsafeStatementSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case GlobalStatementSyntax:
                    return true;
                case MemberDeclarationSyntax:
                    return false;
            }
        }

        return false;
    }

    private static async Task<Document> PostAsync(Document document, InvocationExpressionSyntax call, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        IdentifierNameSyntax post = SyntaxFactory.IdentifierName("Post");
        ExpressionSyntax called = call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.WithName(post),
            MemberBindingExpressionSyntax binding => binding.WithName(post),
            _ => post,
        };
        InvocationExpressionSyntax posting = call.WithExpression(called.WithTriviaFrom(call.Expression));

        // Post returns nothing, so a discard goes; what stood behind it may be more than the call: scheduler?.Run(…).
        if (DiscardOf(call) is { } discard)
        {
            ExpressionSyntax posted = discard.Right == call ? posting : discard.Right.ReplaceNode(call, posting);
            return document.WithSyntaxRoot(root.ReplaceNode(discard, posted.WithTriviaFrom(discard)));
        }

        return document.WithSyntaxRoot(root.ReplaceNode(call, posting));
    }

    private static async Task<Document> AwaitAsync(Document document, InvocationExpressionSyntax call, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        ExpressionSyntax replaced = DiscardOf(call) is { } discard ? discard : call;
        ExpressionSyntax awaited = SyntaxFactory.AwaitExpression(call.WithoutTrivia())
            .WithTriviaFrom(replaced)
            .WithAdditionalAnnotations(Formatter.Annotation);
        return document.WithSyntaxRoot(root.ReplaceNode(replaced, awaited));
    }

    private static AssignmentExpressionSyntax? DiscardOf(InvocationExpressionSyntax call) =>
        call.FirstAncestorOrSelf<ExpressionStatementSyntax>()?.Expression is AssignmentExpressionSyntax assignment
        && (assignment.Right == call || assignment.Right is ConditionalAccessExpressionSyntax { WhenNotNull: var last } && last == call)
            ? assignment
            : null;

    private static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax call) =>
        call.Parent as ExpressionStatementSyntax ?? DiscardOf(call)?.Parent as ExpressionStatementSyntax;
}
