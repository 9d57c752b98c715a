package io.skein.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds up the walls between the modules. A rule that finds nothing to judge passes. */
class WallsTest {

    private static final JavaClasses SKEIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.skein");

    private static final String[] CORE = {"io.skein.mqtt..", "io.skein.broker.."};

    private static final Pattern OUTSIDE_WORLD =
            Pattern.compile(
                    String.join(
                            "|",
                            "java\\.net\\..*",
                            "java\\.io\\.(File|RandomAccessFile).*",
                            "java\\.nio\\.(channels|file)\\..*",
                            "java\\.lang\\.(Thread|ThreadGroup|Process|ProcessBuilder|Runtime)",
                            "java\\.util\\.(Timer|TimerTask)",
                            "java\\.util\\.concurrent\\.(\\w*Executor\\w*|ForkJoin\\w*|ThreadFactory)",
                            "io\\.netty\\.(channel|bootstrap|handler)\\..*",
                            "io\\.netty\\.util\\.(concurrent\\..*|Timer|HashedWheelTimer)"));

    private static final Pattern CHANCE =
            Pattern.compile(
                    "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)"
                            + "|java\\.util\\.random\\..*"
                            + "|java\\.security\\.SecureRandom");

    /** Methods of futures that use a pool or a timer nobody sees. */
    private static final Predicate<String> HIDDEN_THREAD =
            Pattern.compile("\\w+Async|orTimeout|completeOnTimeout").asMatchPredicate();

    /** Calls that read a clock or draw at random, as owner and method. */
    private static final Set<String> UNREPEATABLE_CALLS =
            Set.of(
                    "java.lang.System.nanoTime",
                    "java.lang.System.currentTimeMillis",
                    "java.time.Instant.now",
                    "java.time.LocalDate.now",
                    "java.time.LocalDateTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.util.UUID.randomUUID",
                    "java.lang.Math.random");

    @ParameterizedTest
    @EnumSource
    void everyModuleIsSeen(Module module) {
        assertThat(SKEIN).anyMatch(type -> Module.of(type).equals(Optional.of(module)));
    }

    @Test
    void modulesPointDownwardsOnly() {
        classes()
                .should(
                        dependOnlyWhere(
                                "the target's module is one they may use",
                                (from, to) ->
                                        moduleOf(to).isEmpty()
                                                || moduleOf(from)
                                                        .map(m -> m.mayUse(moduleOf(to).get()))
                                                        .orElse(true)))
                .check(SKEIN);
    }

    @Test
    void internalPackagesAreUsedByTheirOwnModuleOnly() {
        classes()
                .should(
                        dependOnlyWhere(
                                "an internal target is of their own module",
                                (from, to) ->
                                        !isInternal(to)
                                                || moduleOf(to).isEmpty()
                                                || moduleOf(to).equals(moduleOf(from))))
                .check(SKEIN);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.skein.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(SKEIN);
    }

    @Test
    void theCoreHasNoSocketsFilesThreadsOrChannels() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat(named("belong to the outside world", OUTSIDE_WORLD))
                .allowEmptyShould(true)
                .check(SKEIN);
    }

    @Test
    void theCoreLetsNoFutureRunOnAThreadOfItsOwn() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .accessTargetWhere(
                        DescribedPredicate.describe(
                                "a stage on a hidden thread",
                                access ->
                                        access.getTargetOwner()
                                                        .isAssignableTo(CompletionStage.class)
                                                && HIDDEN_THREAD.test(access.getName())))
                .allowEmptyShould(true)
                .check(SKEIN);
    }

    @Test
    void theCoreReadsNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class)
                .orShould()
                .accessTargetWhere(unrepeatable())
                .because("time is an argument: long nowNanos")
                .allowEmptyShould(true)
                .check(SKEIN);
    }

    @Test
    void theCoreDrawsNothingAtRandom() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat(named("are sources of chance", CHANCE))
                .allowEmptyShould(true)
                .check(SKEIN);
    }

    private static Optional<Module> moduleOf(JavaClass type) {
        return Module.of(type.getBaseComponentType());
    }

    private static boolean isInternal(JavaClass type) {
        return (type.getBaseComponentType().getPackageName() + ".").contains(".internal.");
    }

    private static DescribedPredicate<JavaClass> named(String description, Pattern names) {
        Predicate<String> matches = names.asMatchPredicate();
        return DescribedPredicate.describe(description, type -> matches.test(type.getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> unrepeatable() {
        return DescribedPredicate.describe(
                "a clock or a draw",
                access ->
                        UNREPEATABLE_CALLS.contains(
                                access.getTargetOwner().getName() + "." + access.getName()));
    }

    private static ArchCondition<JavaClass> dependOnlyWhere(
            String description, BiPredicate<JavaClass, JavaClass> allowed) {
        return new ArchCondition<>("depend only where " + description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    if (!allowed.test(dependency.getOriginClass(), dependency.getTargetClass())) {
                        events.add(
                                SimpleConditionEvent.violated(
                                        dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
