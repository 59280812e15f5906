package org.halftune.backend.cuda.op;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import org.halftune.backend.AdamWScalars;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.Gradient;
import org.halftune.backend.PairTable;
import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Java and CUDA both write down is the same on both sides: structures, tiles, constants. */
class SharedLayoutTest {
    /** Two pieces. */
    private static final int ELEMENTS = UpdateTable.PIECE + 1;

    @Test
    void adamWScalarsAreTheKernelsStruct() throws ReflectiveOperationException {
        var fields = CudaSource.of("adamw.cu").fields("AdamWScalars");
        var components = AdamWScalars.class.getRecordComponents();
        var values = new Object[components.length];
        var types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            assertThat(fields.get(i))
                    .isEqualTo(new CudaSource.Field(
                            types[i] == float.class ? "float" : "unsigned", components[i].getName(), 4 * i, 1));
            values[i] = types[i] == float.class ? Float.intBitsToFloat(i) : (Object) i;
        }
        assertThat(fields).hasSize(AdamWScalars.WORDS).hasSameSizeAs(components);

        var scalars = AdamWScalars.class.getDeclaredConstructor(types).newInstance(values);
        var words = scalars.words();
        for (int i = 0; i < fields.size(); i++)
            assertThat(words.get(i)).as(fields.get(i).name()).isEqualTo(i);
        assertThat(AdamWScalars.read(words.data())).isEqualTo(scalars);
    }

    @Test
    void updateTableIsTheKernelsStruct() {
        var first = new AdamWSegment(at(16), at(32), new Gradient(at(48)), at(64), at(80), true);
        var second = new AdamWSegment(at(96), at(112), new Gradient(at(128)), at(144), at(160), false);
        var row = new HashMap<String, Long>();
        row.put("weight", 96L);
        row.put("master", 112L);
        row.put("gradient", 128L);
        row.put("first", 144L);
        row.put("second", 160L);
        row.put("size", (long) ELEMENTS);
        row.put("firstPiece", 2L);
        row.put("decayed", 0L);
        row.put("index", 1L);

        int bytes = UpdateTable.ROW * Integer.BYTES;
        var rows = UpdateTable.rows(List.of(first, second)).data();
        var found = new HashMap<String, Long>();
        for (var field : CudaSource.of("update.cuh").fields("AdamWSegment")) {
            long offset = bytes + field.offset();
            found.put(
                    field.name(),
                    field.type().equals("int")
                            ? rows.get(ValueLayout.JAVA_INT_UNALIGNED, offset)
                            : rows.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
        }
        assertThat(found).isEqualTo(row);
        assertThat(rows.byteSize()).isEqualTo(2L * bytes);
        var last = CudaSource.of("update.cuh").fields("AdamWSegment").getLast();
        assertThat(last.offset() + Integer.BYTES)
                .as("the size of the structure")
                .isEqualTo(bytes);
    }

    @Test
    void pairTableHasTheKernelsStructures() {
        var source = CudaSource.of("preference.cu");
        var places = source.fields("Pair").stream()
                .collect(toMap(CudaSource.Field::name, field -> field.offset() / Integer.BYTES));
        assertThat(places)
                .containsEntry("chosen", PairTable.CHOSEN)
                .containsEntry("rejected", PairTable.REJECTED)
                .containsEntry("end", PairTable.END)
                .containsEntry("scale", PairTable.SCALE)
                .containsEntry("reference", PairTable.REFERENCE)
                .containsEntry("figures", PairTable.FIGURES);
        assertThat(source.value("FIGURES")).isEqualTo(PairTable.Figure.values().length);
        for (var struct : List.of("Header", "Pair")) {
            var last = source.fields(struct).getLast();
            assertThat(last.offset() / Integer.BYTES + last.count()).as(struct).isEqualTo(PairTable.WORDS);
        }
    }

    private static Tensor at(long address) {
        return Tensor.dense(
                DType.BF16, Shape.of(ELEMENTS), MemorySegment.ofAddress(address).reinterpret(2L * ELEMENTS));
    }

    @Test
    void attentionTilesAreTheKernelsTemplateArguments() {
        var forward = CudaSource.of("attention_forward.cu").templateArguments("attention_forward");
        var query = CudaSource.of("attention_backward_query.cu");
        var keyValue =
                CudaSource.of("attention_backward_key_value.cu").templateArguments("attention_backward_key_value");
        int warps = (int) CudaSource.of("attention.cuh").value("WARPS");
        var widths = List.of(64, 128, 256);
        for (int i = 0; i < widths.size(); i++) {
            var tiles = AttentionTiles.of(widths.get(i));
            int rows = tiles.queries() / warps / 16;
            assertThat(tiles.width()).isEqualTo(widths.get(i));
            assertThat(forward.get(i)).containsExactly(tiles.width(), rows, tiles.forwardKeys());
            for (var kernel : List.of("attention_backward_query", "attention_delta_recompute")) {
                assertThat(query.templateArguments(kernel).get(i))
                        .as(kernel)
                        .containsExactly(tiles.width(), rows, tiles.backwardKeys());
            }
            assertThat(keyValue.get(i))
                    .containsExactly(tiles.width(), tiles.keys() / warps / 16, tiles.backwardQueries(), tiles.shares());
        }
    }

    /** Class and name of a constant in Java, file and expression in CUDA. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            cpu.AdamWUpdate,          LEAST_GRADIENT, adamw.cu,                    LEAST_GRADIENT
            cpu.AdamWUpdate,          LEAST_MOMENT,   adamw.cu,                    LEAST_MOMENT
            cuda.op.CudaAdamW,        THREADS,        adamw.cu,                    THREADS
            cuda.op.CudaAttention,    THREADS,        attention.cuh,               32 * WARPS
            cuda.op.AttentionCosts,   WARPS,          attention.cuh,               WARPS
            cuda.op.CudaAttention,    DELTA_TOKENS,   attention_backward_query.cu, DELTA_TOKENS
            cuda.op.CudaAttention,    DELTA_THREADS,  attention_backward_query.cu, bound of attention_delta
            cuda.op.CachedAttention,  APPEND_THREADS, attention_cached.cu,         bound of cache_append
            cuda.op.CachedAttention,  CACHED_HEADS,   attention_cached.cu,         CACHED_HEADS
            cuda.op.CachedAttention,  PART_KEYS,      attention_cached.cu,         PART_KEYS
            cuda.op.CachedAttention,  PART_STEP,      attention_cached.cu,         PART_STEP
            cuda.op.CachedAttention,  MOST_PARTS,     attention_cached.cu,         MOST_PARTS
            cuda.op.CudaCrossEntropy, MOST_THREADS,   cross_entropy.cu,            MOST_THREADS
            cuda.op.CudaCrossEntropy, SUM_THREADS,    cross_entropy.cu,            bound of sum_losses
            cuda.op.CudaEmbedding,    THREADS,        embedding.cu,                MOST_THREADS
            cuda.op.CudaGradientNorm, THREADS,        gradient_norm.cu,            THREADS
            cuda.op.CudaGradientNorm, SUM_THREADS,    gradient_norm.cu,            bound of gradient_norm_sum
            cuda.op.CudaGradientProjection, THREADS,  gradient_projection.cu,      THREADS
            cuda.op.CudaGradientProjection, TILE,     gradient_projection.cu,      TILE
            cuda.op.CudaGradientProjection, PIECE,    gradient_projection.cu,      PIECE
            cuda.op.CudaPreference,   THREADS,        preference.cu,               bound of pair_log_probs
            cuda.op.CudaPreference,   THREADS,        preference.cu,               bound of pair_losses
            cuda.op.CudaPreference,   THREADS,        preference.cu,               bound of sum_pairs
            cuda.op.CudaRmsNorm,      KEPT,           rms_norm.cu,                 8 * KEPT
            cuda.op.CudaRmsNorm,      MOST_THREADS,   rms_norm.cu,                 bound of rms_norm_forward
            cuda.op.CudaRmsNorm,      SUM_COLUMNS,    rms_norm.cu,                 SUM_COLUMNS
            cuda.op.CudaRmsNorm,      SUM_THREADS,    rms_norm.cu,                 bound of rms_norm_backward_weight_sum
            cuda.op.CudaSampling,     THREADS,        sampling.cu,                 THREADS
            cuda.op.CudaSampling,     DIGIT_BITS,     sampling.cu,                 DIGIT_BITS
            UpdateTable,              PIECE,          update.cuh,                  PIECE
            """)
    void constantsAreTheKernels(String type, String constant, String file, String inCuda)
            throws ReflectiveOperationException {
        var field = Class.forName("org.halftune.backend." + type).getDeclaredField(constant);
        field.setAccessible(true);
        float expected = (float) CudaSource.of(file).value(inCuda);
        assertThat(((Number) field.get(null)).floatValue()).isEqualTo(expected);
    }
}
