package org.halftune.backend.cuda.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.backend.CacheSlots;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;
import org.halftune.backend.cuda.launch.CostSink;
import org.halftune.backend.cuda.launch.DeviceContents;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;

/** When decode splits contexts, and what it launches then. Nothing is computed. */
class CachedAttentionTest {
    private static final int QUERY_HEADS = 4, KEY_HEADS = 2, HEAD_SIZE = 16;
    /** Scratch of a token whose context is split into three parts. */
    private static final long TOKEN = 4L * QUERY_HEADS * 3 * (HEAD_SIZE + 2);

    private long address = 1 << 20;

    @Test
    void contextsOfTheFormerLengthsAreNotSplit() {
        assertThat(launches(List.of(1, 1), 100 * TOKEN, 511, 511)).containsExactly("cache_append", "attention_cached");
    }

    @Test
    void promptsAreNotSplit() {
        assertThat(launches(List.of(1, 700), 100 * TOKEN, 511, 511))
                .containsExactly("cache_append", "attention_cached");
    }

    @Test
    void longContextIsSplitForAllSequences() {
        assertThat(launches(List.of(1, 1), 100 * TOKEN, 3, 512))
                .containsExactly("cache_append", "attention_cached_part", "attention_cached_join");
    }

    @Test
    void partsOfManySequencesFitIntoScratch() {
        var past = new int[] {1500, 9, 700, 1023, 1100};
        var atOnce = log(List.of(1, 1, 1, 1, 1), 5 * TOKEN, past);
        var inTurns = log(List.of(1, 1, 1, 1, 1), 2 * TOKEN + 1, past);
        assertThat(atOnce.launches()).containsEntry("attention_cached_part", 1L);
        assertThat(inTurns.launches())
                .containsEntry("attention_cached_part", 3L)
                .containsEntry("attention_cached_join", 3L);
        assertThat(inTurns.byKernel(Work.KernelRun::moved)).isEqualTo(atOnce.byKernel(Work.KernelRun::moved));
        assertThat(inTurns.byKernel(Work.KernelRun::blocks)).isEqualTo(atOnce.byKernel(Work.KernelRun::blocks));
    }

    /** 16,384 keys are 32 parts of 512, 16,385 are 29 of 576, 20,000 are 32 of 640. */
    @Test
    void partsGrowWhereThereAreAsManyAsAllowed() {
        var log = log(List.of(1, 1, 1), 1 << 20, 16_383, 16_384, 19_999);
        long part = 4L * QUERY_HEADS * (HEAD_SIZE + 2);
        assertThat(log.byKernel(kernel -> kernel.asked().written()))
                .containsEntry("attention_cached_part", (32 + 29 + 32) * part);
    }

    private List<String> launches(List<Integer> lengths, long scratch, int... past) {
        return log(lengths, scratch, past).kernels().map(Work.KernelRun::name).toList();
    }

    private WorkLog log(List<Integer> lengths, long scratch, int... past) {
        var contents = new DeviceContents();
        var sink = new CostSink(contents);
        int sequences = lengths.size();
        long tokens = lengths.stream().mapToInt(Integer::intValue).sum(), width = KEY_HEADS * HEAD_SIZE;
        int longest = IntStream.range(0, sequences)
                .map(s -> past[s] + lengths.get(s))
                .max()
                .orElseThrow();
        var none = tensor(DType.I32, sequences + 1L);
        var pastOnDevice = tensor(DType.I32, sequences);
        contents.put(pastOnDevice.memory().address(), Arrays.copyOf(past, sequences));
        new CachedAttention(sink, new DeviceScratch(tensor(DType.BF16, scratch / 2)))
                .forward(
                        tensor(DType.BF16, tokens, QUERY_HEADS * HEAD_SIZE),
                        tensor(DType.BF16, tokens, QUERY_HEADS * HEAD_SIZE),
                        tensor(DType.BF16, tokens, width),
                        tensor(DType.BF16, tokens, width),
                        tensor(DType.BF16, sequences, longest, width),
                        tensor(DType.BF16, sequences, longest, width),
                        new CacheSlots(
                                new Sequences(none, none, none, lengths),
                                tensor(DType.I32, sequences),
                                pastOnDevice,
                                longest),
                        HEAD_SIZE);
        return sink.take();
    }

    /** Memory that is never read. */
    private Tensor tensor(DType dtype, long... dims) {
        var shape = Shape.of(dims);
        long bytes = shape.elements() * dtype.bytes();
        var memory = MemorySegment.ofAddress(address).reinterpret(bytes);
        address += (bytes + 255) / 256 * 256;
        return Tensor.dense(dtype, shape, memory);
    }
}
