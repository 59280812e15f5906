package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.tensor.HostTensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A product with several matrices is that of each, and only what is trainable has a gradient. */
class LinearTest {
    private static final int T = 70;
    private static final List<ParameterRole> QKV = List.of(ParameterRole.QUERY, ParameterRole.KEY, ParameterRole.VALUE);

    private final Backend backend = CpuBackend.open(2);
    private final RandomModel model = RandomModel.small(false, new Random(1));
    private final int inputs = model.config().hiddenSize();
    private final int outputs = model.config().queryWidth() + 2 * model.config().keyValueWidth();

    @AfterEach
    void close() {
        backend.close();
    }

    /** x, dx [T,I], y, dy [T,ΣO]. */
    private record Buffers(Tensor x, Tensor dx, Tensor y, Tensor dy) {}

    private interface Check {
        void run(Parameters parameters, Linear qkv, Buffers buffers);
    }

    /** q, k and v of the second layer, with random x and dy. */
    private void with(Set<String> trainable, Check check) {
        try (var weights = model.on(backend, trainable);
                var parameters = Parameters.of(backend, weights);
                var arenas = new DeviceArenas(backend)) {
            var b = arenas.reserve(
                    MemoryCategory.ACTIVATIONS,
                    a -> new Buffers(
                            a.stored(T, inputs), a.stored(T, inputs), a.stored(T, outputs), a.stored(T, outputs)));
            var random = new Random(2);
            for (var tensor : List.of(b.x, b.dy)) backend.upload(tensor, drawn(tensor, random));
            check.run(parameters, new Linear(backend.ops(), parameters, 1, QKV.toArray(ParameterRole[]::new)), b);
        }
    }

    private static HostTensor drawn(Tensor like, Random random) {
        var values = new float[(int) like.elements()];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return HostTensor.of(like.shape(), values);
    }

    @Test
    void jointProductsHaveTheBitsOfSeparateOnes() {
        with(Set.of(), (parameters, qkv, b) -> {
            qkv.forward(b.y, b.x);
            var joint = backend.download(b.y).toFloats();
            int column = 0;
            for (var role : QKV) {
                var w = parameters.get(role, 1).value();
                int own = (int) w.dim(0);
                backend.ops().linearForward(b.y.columns(column, column + own), b.x, w);
                column += own;
            }
            assertThat(column).isEqualTo(outputs);
            assertThat(backend.download(b.y).toFloats()).isEqualTo(joint);
        });
    }

    @Test
    void onlyTrainableMatricesHaveTheirGradientWritten() {
        var query = ParameterRole.QUERY.parameterName(1);
        var value = ParameterRole.VALUE.parameterName(1);
        for (var trainable : List.of(Set.<String>of(), Set.of(query), Set.of(value), Set.of(query, value))) {
            with(trainable, (parameters, qkv, b) -> {
                assertThat(qkv.trainable()).isEqualTo(!trainable.isEmpty());
                qkv.backwardWeight(b.dy, b.x);
                var written = new ArrayList<String>();
                for (var parameter : parameters.trainable()) {
                    if (parameter.gradient().accumulate())
                        written.add(parameter.spec().name());
                }
                assertThat(written).containsExactlyInAnyOrderElementsOf(trainable);
            });
        }
    }

    @Test
    void matricesThatDoNotLieTogetherAreNoProduct() {
        with(
                Set.of(),
                (parameters, _, _) -> Stream.of(
                                new ParameterRole[] {ParameterRole.QUERY, ParameterRole.VALUE},
                                new ParameterRole[] {ParameterRole.OUTPUT, ParameterRole.GATE})
                        .forEach(roles -> assertThatThrownBy(() -> new Linear(backend.ops(), parameters, 0, roles))
                                .isInstanceOf(NoSuchElementException.class)));
    }

    @Test
    void noLayerLaunchesAProductItself() {
        var model = new ClassFileImporter().importPackages(Linear.class.getPackageName());
        ArchRuleDefinition.noClasses()
                .that()
                .areNotAssignableTo(Linear.class)
                .and()
                .areNotAssignableTo(LinearTest.class)
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "products with weights",
                        (JavaCall<?> call) -> call.getTargetOwner().isEquivalentTo(Ops.class)
                                && call.getName().startsWith("linear")))
                .check(model);
    }
}
