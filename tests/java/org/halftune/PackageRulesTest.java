package org.halftune;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Data flows one way: what each package may import, and who may touch the machine. */
class PackageRulesTest {
    private static final String ROOT = "org.halftune";

    /** Package: what it imports of Halftune. All may import {@code problem}; {@code cli} may import all. */
    static final String TABLE = """
            problem:
            tensor:
            files:
            natives:
            random:
            console:
            safetensors:         tensor files
            backend:             tensor
            backend.cpu:         tensor natives backend
            backend.cost:        backend
            backend.cuda.driver: tensor natives backend
            backend.cuda.image:  files natives backend.cuda.driver
            backend.cuda.cublas: backend.cuda.driver
            backend.cuda.launch: tensor backend backend.cost backend.cuda.driver backend.cuda.image backend.cuda.cublas
            backend.cuda.op:     tensor backend backend.cost backend.cuda.launch
            backend.cuda:        tensor backend backend.cost backend.cuda.driver backend.cuda.image backend.cuda.cublas backend.cuda.launch backend.cuda.op
            model:               tensor backend
            hft:                 files random console model
            optim:               tensor backend model
            chat.jinja:
            chat:                files chat.jinja
            source:              files
            data:                files natives random console chat source
            pretrained:          tensor files console safetensors model
            generate:            tensor files console backend model chat source data pretrained
            eval.text:
            eval:                files console backend model chat source data pretrained generate
            eval.task:           tensor files console backend model chat.jinja chat source data pretrained generate eval.text eval recipe
            objective:           tensor backend model
            session:             tensor console backend model optim objective
            train.arguments:     tensor console model hft optim source data
            train.input:         console backend model hft optim chat source data objective train.arguments
            train.memory:        tensor console backend model hft optim data objective session train.arguments train.input
            train.export:        tensor safetensors model pretrained session train.arguments train.input
            train.importance:    tensor console backend model hft session train.arguments train.input train.memory train.export
            train.checkpoint:    tensor files console safetensors model hft optim data pretrained session train.arguments train.input train.export
            train.record:        files console backend model hft session train.arguments train.input tensorboard report report.html
            train.preference:    tensor console backend model data objective train.arguments train.input train.export
            train:               files console safetensors backend model hft pretrained objective session train.arguments train.input train.memory train.export train.importance train.checkpoint train.record delta
            compare:             tensor files console backend model hft optim data pretrained eval objective session train.arguments train.input train.memory train.export train.importance train.record report
            delta:               tensor files safetensors model pretrained
            reset:               tensor files console safetensors backend model hft chat data pretrained eval eval.task
            continual:           tensor files console backend model hft optim chat source data pretrained generate eval eval.task objective train.arguments train.input train.memory train.export train.checkpoint train.record train recipe report report.html
            plan:                files console backend backend.cost model hft optim objective session train.memory train.preference
            recipe:              files
            tensorboard:         files
            statistics:
            report:              files console
            report.study:        console statistics report
            report.html:         console statistics report report.study
            study:               tensor files console backend model hft chat source data generate eval eval.task session train.arguments train.input train.memory train.export train.importance train.checkpoint train.preference train continual recipe report report.study
            """;

    private static final Map<String, Set<String>> MAY_IMPORT = TABLE.lines()
            .map(line -> line.split(":"))
            .collect(Collectors.toMap(
                    row -> row[0],
                    row -> row.length == 1
                            ? Set.of()
                            : Set.copyOf(Arrays.asList(row[1].strip().split(" +")))));

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("benchmarks"))
                .importPackages(ROOT);
    }

    @Test
    void everyPackageIsInTheTable() {
        assertThat(packages())
                .as("a new package needs a row in this test")
                .allSatisfy(name -> assertThat(name.equals("cli") || MAY_IMPORT.containsKey(name))
                        .as(name)
                        .isTrue());
    }

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        var violations = classes.stream()
                .filter(c -> !name(c).equals("cli"))
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .filter(d -> d.getTargetClass()
                        .getBaseComponentType()
                        .getPackageName()
                        .startsWith(ROOT))
                .filter(d -> !allowed(
                        name(d.getOriginClass()), name(d.getTargetClass().getBaseComponentType())))
                .map(d -> name(d.getOriginClass()) + " → "
                        + name(d.getTargetClass().getBaseComponentType()) + ": " + d.getDescription())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(violations).isEmpty();
    }

    @Test
    void everyImportThatTheTableAllowsIsUsed() {
        var unused = new TreeSet<String>();
        MAY_IMPORT.forEach((from, all) -> all.forEach(to -> unused.add(from + " → " + to)));
        for (var c : classes) {
            for (var d : c.getDirectDependenciesFromSelf()) {
                var target = d.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT)) unused.remove(name(c) + " → " + name(target));
            }
        }
        assertThat(unused).as("take these out of the table").isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void selectionKnowsOfTheModelOnlyNamesRolesAndShapes() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".hft")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + ".model")
                        .and(not(named("LlamaConfig", "ParameterSpec", "ParameterCategory", "ParameterRole", "Rope"))))
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void onlyTheCommandLineBuildsBackends() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".cli", ROOT + ".backend.cpu", ROOT + ".backend.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".backend.cpu", ROOT + ".backend.cuda..")
                .check(classes);
    }

    @Test
    void onlyTheCudaBackendSeesJcuda() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".backend.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jcuda..")
                .check(classes);
    }

    @Test
    void jdkInternalsAreNotUsed() {
        // Ctrl-C during training finishes the step and saves: only sun.misc.Signal can hear of it before shutdown.
        Predicate<JavaClass> interrupts = c -> Set.of("train", "cli").contains(name(c));
        var violations = classes.stream()
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .filter(d -> Stream.of("sun.", "com.sun.", "jdk.internal.")
                        .anyMatch(d.getTargetClass().getPackageName()::startsWith))
                // Free memory of the machine: an exported, documented interface in spite of its name.
                .filter(d -> !d.getTargetClass().getPackageName().equals("com.sun.management"))
                .filter(d -> !(interrupts.test(d.getOriginClass())
                        && d.getTargetClass().getName().startsWith("sun.misc.Signal")))
                .map(d -> d.getDescription())
                .toList();
        assertThat(violations).isEmpty();
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".backend.cpu")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(classes);
    }

    @Test
    void onlyTheCommandLineAndItsConsolePrintOrExit() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".cli", ROOT + ".console")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(classes);
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() {
        assertThat(classes.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .allSatisfy(p -> assertThat(p.tryGetAnnotationOfType(NullMarked.class))
                        .as(p.getName() + " has a package-info.java with @NullMarked")
                        .isPresent());
    }

    private static boolean allowed(String from, String to) {
        return from.equals(to)
                || to.equals("problem")
                || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
    }

    private static Set<String> packages() {
        return classes.stream().map(PackageRulesTest::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The package below the root: {@code backend.cpu}. */
    private static String name(JavaClass c) {
        JavaPackage p = c.getPackage();
        return p.getName().equals(ROOT) ? "" : p.getName().substring(ROOT.length() + 1);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> named(String... names) {
        var all = Set.of(names);
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "are one of " + all,
                c -> all.contains(c.getSimpleName())
                        || c.getEnclosingClass()
                                .map(o -> all.contains(o.getSimpleName()))
                                .orElse(false));
    }
}
