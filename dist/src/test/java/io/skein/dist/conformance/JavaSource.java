package io.skein.dist.conformance;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** One source file: its text and where its methods stand. */
final class JavaSource {
    /**
     * A method.
     *
     * @param owner the simple name of its class, after that of the class around it
     * @param isTest whether JUnit runs it
     */
    record Method(String owner, String name, boolean isTest, int from, int to) {
        @Override
        public String toString() {
            return owner + "." + name;
        }
    }

    private static final Pattern TEST_ANNOTATION =
            Pattern.compile("Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate");
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    private final String text;
    private final List<Method> methods = new ArrayList<>();

    private JavaSource(String text) {
        this.text = text;
    }

    /** Parses without looking at anything else: names need not resolve. */
    static JavaSource parse(String text) {
        JavaSource source = new JavaSource(text);
        JavacTask task =
                (JavacTask)
                        COMPILER.getTask(null, null, _ -> {}, null, null, List.of(inMemory(text)));
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(source.new Collector(unit, positions), null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return source;
    }

    private static JavaFileObject inMemory(String text) {
        return new SimpleJavaFileObject(
                URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    String text() {
        return text;
    }

    List<Method> methods() {
        return methods;
    }

    /** The innermost method around a place, or the next one below where it is in none. */
    Optional<Method> methodAt(int place) {
        return methods.stream()
                .filter(method -> method.from <= place && place < method.to)
                .max(Comparator.comparingInt(Method::from))
                .or(() ->
                        methods.stream()
                                .filter(method -> place < method.from)
                                .min(Comparator.comparingInt(Method::from)));
    }

    /** What stands behind a method on its last line belongs to it. */
    private int endOfLine(int place) {
        int end = text.indexOf('\n', place);
        return end < 0 ? text.length() : end;
    }

    private final class Collector extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Deque<String> classes = new ArrayDeque<>();

        Collector(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            classes.addLast(tree.getSimpleName().toString());
            super.visitClass(tree, null);
            classes.removeLast();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            boolean isTest =
                    tree.getModifiers().getAnnotations().stream()
                            .map(annotation -> annotation.getAnnotationType().toString())
                            .anyMatch(TEST_ANNOTATION.asMatchPredicate());
            methods.add(
                    new Method(
                            String.join(".", classes),
                            tree.getName().toString(),
                            isTest,
                            (int) positions.getStartPosition(unit, tree),
                            endOfLine((int) positions.getEndPosition(unit, tree))));
            return super.visitMethod(tree, null);
        }
    }
}
