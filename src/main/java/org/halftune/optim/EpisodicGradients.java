package org.halftune.optim;

import java.lang.foreign.ValueLayout;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.model.Parameters;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;

/**
 * The gradients of earlier tasks' memories in device memory, and the projection of a step's gradient onto what they allow (Gradient
 * Episodic Memory, Lopez-Paz &amp; Ranzato 2017, arXiv 1706.08840). K memories cost K copies of the gradients: with half of the
 * parameters trainable, half of what full fine-tuning needs.
 *
 * <p>In a step, the passes of memory k overwrite the gradients, and {@link #keep} copies them. The step's own passes come last, so
 * its gradient needs no copy. Then {@link #project} waits for all dot products, which the device computes in one launch, and solves the
 * quadratic program on the host; and {@link #apply} changes the gradient before the update.
 */
public final class EpisodicGradients implements AutoCloseable {
    private final Backend backend;
    private final int memories;
    private final double strength;
    /** [N]. */
    private final Tensor gradient;

    private final DeviceArenas arenas;
    /** [K,N]. */
    private final Tensor copies;

    private final Working working;

    /**
     * @param products of every two gradients
     * @param coefficients of the copies
     */
    private record Working(Tensor products, Tensor coefficients) {}

    /**
     * Allocates the copies.
     *
     * @param memories K, at least 1
     * @param strength γ, at least 0; see {@link Projection}
     */
    public EpisodicGradients(Backend backend, Parameters parameters, int memories, double strength) {
        this.backend = backend;
        this.memories = memories;
        this.strength = strength;
        gradient = parameters.gradients();
        arenas = new DeviceArenas(backend);
        copies = arenas.reserve(MemoryCategory.EPISODIC, a -> a.floats(memories, gradient.elements()));
        working = arenas.reserve(MemoryCategory.WORKSPACE, a -> new Working(a.ints(pairs(), 2), a.floats(memories)));
    }

    private int pairs() {
        return (memories + 1) * (memories + 2) / 2;
    }

    /** Copies the gradients that memory {@code k}'s passes left, without waiting for them. */
    public void keep(int k) {
        backend.ops().copy(copy(k), gradient);
    }

    /** Memory {@code k} has no labelled token: its gradient is 0, and no gradient violates it. */
    public void keepNothing(int k) {
        backend.ops().zero(copy(k));
    }

    private Tensor copy(int k) {
        return copies.rows(k, k + 1).as(gradient.elements());
    }

    /**
     * Compares the step's gradient with those of the memories, and uploads how to change it. Waits for the queued passes: what is to
     * be added depends on the products, and the host solves for it.
     *
     * @return how many memories the gradient violates: ⟨g, g_k⟩ &lt; 0
     */
    public int project() {
        backend.timeline().enter(Phase.CLIP);
        backend.ops().gradientProducts(working.products, gradient, copies);
        backend.timeline().enter(Phase.OTHER);
        var words = backend.download(working.products).data();
        var products = new double[pairs()];
        for (int i = 0; i < products.length; i++) products[i] = words.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i);
        var projection = Projection.of(products, memories, strength);
        var coefficients = new float[memories];
        for (int k = 0; k < memories; k++) coefficients[k] = (float) projection.coefficients()[k];
        backend.upload(working.coefficients, HostTensor.of(Shape.of(memories), coefficients));
        return projection.violated();
    }

    /**
     * Changes the gradient as {@link #project} found; one that violates nothing keeps its bits. Always launches the same, so it can
     * be part of a graph.
     */
    public void apply() {
        backend.timeline().enter(Phase.CLIP);
        backend.ops().addGradients(gradient, copies, working.coefficients);
        backend.timeline().enter(Phase.OTHER);
    }

    /** Frees the copies. */
    @Override
    public void close() {
        arenas.close();
    }
}
