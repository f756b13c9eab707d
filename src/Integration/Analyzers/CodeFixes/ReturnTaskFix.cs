using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Goroutines.Analyzers.CodeFixes;

/// <summary>Lets an async void method return a Task, and takes away the cast that makes a lambda async void.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReturnTaskFix))]
[Shared]
internal sealed class ReturnTaskFix : CodeFixProvider
{
    private const string Title = "Return a Task";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(RuleIds.AsyncVoidArgument, RuleIds.AsyncVoid);

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        SyntaxNode? root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        SyntaxNode? node = root?.FindNode(context.Span, getInnermostNodeForTie: true);
        if (node is null || model is null)
        {
            return;
        }

        if (node is MethodDeclarationSyntax or LocalFunctionStatementSyntax)
        {
            Register(context, document, node);
        }
        else if (node is ExpressionSyntax work && LambdaIn(work) is { } lambda && lambda != work)
        {
            context.RegisterCodeFix(
                CodeAction.Create(Title, cancellation => TakeLambdaAsync(document, work, lambda, cancellation), Title),
                context.Diagnostics);
        }
        else if (node is ExpressionSyntax name && DeclarationOf(model, name, context.CancellationToken) is { } declaration
            && document.Project.Solution.GetDocument(declaration.SyntaxTree) is { } home)
        {
            Register(context, home, declaration);
        }
    }

    private static void Register(CodeFixContext context, Document home, SyntaxNode declaration) =>
        context.RegisterCodeFix(
            CodeAction.Create(Title, cancellation => ReturnTaskAsync(home, declaration, cancellation), Title), context.Diagnostics);

    private static SyntaxNode? DeclarationOf(SemanticModel model, ExpressionSyntax name, CancellationToken cancellation) =>
        model.GetSymbolInfo(name, cancellation).Symbol is IMethodSymbol method
            ? method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation)
            : null;

    private static AnonymousFunctionExpressionSyntax? LambdaIn(ExpressionSyntax work) => work switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda,
        CastExpressionSyntax cast => LambdaIn(cast.Expression),
        ParenthesizedExpressionSyntax parenthesized => LambdaIn(parenthesized.Expression),
        ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } => LambdaIn(arguments[0].Expression),
        _ => null,
    };

    private static async Task<Document> TakeLambdaAsync(
        Document document, ExpressionSyntax work, AnonymousFunctionExpressionSyntax lambda, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        return document.WithSyntaxRoot(root.ReplaceNode(work, lambda.WithTriviaFrom(work)));
    }

    private static async Task<Solution> ReturnTaskAsync(Document home, SyntaxNode declaration, CancellationToken cancellation)
    {
        SyntaxNode root = (await home.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        TypeSyntax former = declaration is MethodDeclarationSyntax method
            ? method.ReturnType
            : ((LocalFunctionStatementSyntax)declaration).ReturnType;
        TypeSyntax task = SyntaxFactory.ParseTypeName("global::System.Threading.Tasks.Task")
            .WithTriviaFrom(former)
            .WithAdditionalAnnotations(Simplifier.Annotation);
        return home.WithSyntaxRoot(root.ReplaceNode(former, task)).Project.Solution;
    }
}
