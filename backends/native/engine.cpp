// A Llama in memory, for tokens of many rows at a time: their embeddings in, logits and key/value states out.
//
// Tokens of a step are one after another, whatever row they are of: no padding is computed. Keys lie in blocks of 16
// positions `[dim][16]`, values as `[position][dim]`; so lie a row's own states and the program's, which all rows share.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels.h"
#include "pool.h"

namespace paw {

struct Matrix {
    const int8_t* weights;  // [outputs / 16][inputs / 2][16][2]
    const float* scales;    // [outputs]
};

struct Layer {
    const float* attention_norm;
    Matrix qkv, out;
    const float* mlp_norm;
    Matrix gate_up, down;
};

// The same structs as in library.py.
struct Shape {
    int32_t layers, hidden, inner, heads, kv_heads, dim, vocab;
    float epsilon;
};

struct Step {
    int32_t tokens;
    const float* embeddings;    // [tokens][hidden]
    const float *cos, *sin;     // [tokens][dim / 2]
    const int32_t *row, *slot;  // of each token: its row, and where in the row's cache its states go
    float* const* caches;       // of each row: [layers][kv_heads][2][capacity * dim]
    const int32_t* capacities;
    const float* shared;  // the program's, laid out alike
    int32_t shared_length, shared_capacity;
    const uint8_t* tree;      // null, or which of the `tree_nodes` slots from `tree_start` on a token sees: [tokens][nodes]
    const int32_t* tree_start;  // of each row
    int32_t tree_nodes;
    int32_t kept;  // how many tokens' logits are wanted, and of which
    const int32_t* keep;
    float* logits;  // [kept][vocab]
};

inline int rounded_up(int value, int to) { return (value + to - 1) / to * to; }

class Engine {
  public:
    Engine(const Shape& shape, const void* const* arrays, int threads, const Kernels& kernels)
        : shape_(shape), kernels_(kernels), pool_(threads), scratch_(threads) {
        auto floats = [&] { return static_cast<const float*>(*arrays++); };
        auto matrix = [&] {
            auto weights = static_cast<const int8_t*>(*arrays++);
            return Matrix{weights, floats()};
        };
        for (int i = 0; i < shape.layers; ++i) {
            Layer layer;
            layer.attention_norm = floats();
            layer.qkv = matrix();
            layer.out = matrix();
            layer.mlp_norm = floats();
            layer.gate_up = matrix();
            layer.down = matrix();
            layers_.push_back(layer);
        }
        final_norm_ = floats();
        head_ = matrix();
    }

    void read(const Step& step) {
        pool_.wake();
        const int n = step.tokens, hidden = shape_.hidden, wide = shape_.heads * shape_.dim;
        const int qkv = wide + 2 * shape_.kv_heads * shape_.dim;
        std::vector<float> x(step.embeddings, step.embeddings + size_t(n) * hidden), normed(x.size()), added(x.size());
        std::vector<float> qkvs(size_t(n) * qkv), mixed(size_t(n) * wide);
        std::vector<float> gates(size_t(n) * 2 * shape_.inner), inner(size_t(n) * shape_.inner);
        auto add = [&] {
            for (size_t i = 0; i < x.size(); ++i) x[i] += added[i];
        };
        for (int i = 0; i < shape_.layers; ++i) {
            const Layer& layer = layers_[i];
            normalize(x.data(), n, layer.attention_norm, normed.data());
            multiply(normed.data(), n, hidden, layer.qkv, qkv, qkvs.data());
            rotate_and_keep(step, i, qkvs.data(), qkv);
            attend(step, i, qkvs.data(), qkv, mixed.data());
            multiply(mixed.data(), n, wide, layer.out, hidden, added.data());
            add();
            normalize(x.data(), n, layer.mlp_norm, normed.data());
            multiply(normed.data(), n, hidden, layer.gate_up, 2 * shape_.inner, gates.data());
            each(n, [&](int t) {
                const float* gate = gates.data() + size_t(t) * 2 * shape_.inner;
                kernels_.swiglu(gate, gate + shape_.inner, shape_.inner, inner.data() + size_t(t) * shape_.inner);
            });
            multiply(inner.data(), n, shape_.inner, layer.down, hidden, added.data());
            add();
        }
        for (int k = 0; k < step.kept; ++k)
            normalize(x.data() + size_t(step.keep[k]) * hidden, 1, final_norm_, normed.data() + size_t(k) * hidden);
        if (step.kept) multiply(normed.data(), step.kept, hidden, head_, shape_.vocab, step.logits);
        pool_.rest();
    }

  private:
    // Work on single tokens; a few are done faster than they are shared out.
    template <typename Work>
    void each(int tokens, const Work& work) {
        constexpr int SEVERAL = 4;
        if (tokens <= SEVERAL) {
            for (int t = 0; t < tokens; ++t) work(t);
            return;
        }
        pool_.run((tokens + SEVERAL - 1) / SEVERAL, [&](int item, int) {
            for (int t = item * SEVERAL; t < std::min(tokens, (item + 1) * SEVERAL); ++t) work(t);
        });
    }

    void normalize(const float* in, int tokens, const float* weight, float* out) {
        const int hidden = shape_.hidden;
        each(tokens, [=](int t) {
            kernels_.normalize(in + size_t(t) * hidden, hidden, shape_.epsilon, weight, out + size_t(t) * hidden);
        });
    }

    // out[rows][outputs] = in[rows][depth] * matrix
    void multiply(const float* in, int rows, int depth, const Matrix& matrix, int outputs, float* out) {
        quantized_.resize(std::max(quantized_.size(), size_t(rows) * depth));
        scales_.resize(std::max(scales_.size(), size_t(rows)));
        // so that no sum of products leaves 32 bits
        float limit = std::min(32767.0f, std::floor(2147483000.0f / (127.0f * depth)));
        each(rows, [&](int row) {
            const size_t at = size_t(row) * depth;
            kernels_.quantize(in + at, depth, limit, quantized_.data() + at, &scales_[row]);
        });
        int panels = outputs / PANEL, several = std::max(1, panels / (8 * pool_.threads()));
        pool_.run((panels + several - 1) / several, [&](int item, int) {
            for (int p = item * several; p < std::min(panels, (item + 1) * several); ++p)
                kernels_.panel(quantized_.data(), scales_.data(), rows, depth, matrix.weights + size_t(p) * PANEL * depth,
                               matrix.scales + p * PANEL, out + size_t(p) * PANEL, outputs);
        });
    }

    float* states(float* cache, int capacity, int layer, int head) const {
        return cache + (size_t(layer) * shape_.kv_heads + head) * 2 * capacity * shape_.dim;
    }

    // Rotary embedding of queries (scaled as attention wants them) and keys; keys and values go to the rows' caches.
    void rotate_and_keep(const Step& step, int layer, float* qkvs, int stride) {
        const int dim = shape_.dim, half = dim / 2;
        const float scale = 1 / std::sqrt(static_cast<float>(dim));
        each(step.tokens, [&](int t) {
            float* vector = qkvs + size_t(t) * stride;
            const float *cos = step.cos + size_t(t) * half, *sin = step.sin + size_t(t) * half;
            for (int head = 0; head < shape_.heads + shape_.kv_heads; ++head, vector += dim) {
                float by = head < shape_.heads ? scale : 1;
                for (int i = 0; i < half; ++i) {
                    float first = vector[i] * by, second = vector[i + half] * by;
                    vector[i] = first * cos[i] - second * sin[i];
                    vector[i + half] = second * cos[i] + first * sin[i];
                }
            }
            const float *values = vector, *keys = vector - shape_.kv_heads * dim;
            const int row = step.row[t], slot = step.slot[t], capacity = step.capacities[row];
            for (int head = 0; head < shape_.kv_heads; ++head, keys += dim, values += dim) {
                float* kept = states(step.caches[row], capacity, layer, head);
                float* block = kept + size_t(slot / PANEL) * PANEL * dim + slot % PANEL;
                for (int d = 0; d < dim; ++d) block[size_t(d) * PANEL] = keys[d];
                std::memcpy(kept + size_t(capacity + slot) * dim, values, sizeof(float) * dim);
            }
        });
    }

    // Every TILE queries of one row that share a key head: the heads of its group, of one token after another.
    void attend(const Step& step, int layer, const float* qkvs, int stride, float* out) {
        const int dim = shape_.dim, group = shape_.heads / shape_.kv_heads;
        struct Tile {
            int first_token, first_query, count;
        };
        std::vector<Tile> tiles;
        for (int start = 0, end; start < step.tokens; start = end) {
            for (end = start; end < step.tokens && step.row[end] == step.row[start]; ++end) {
            }
            for (int query = 0; query < (end - start) * group; query += TILE)
                tiles.push_back({start, query, std::min(TILE, (end - start) * group - query)});
        }
        std::memset(out, 0, sizeof(float) * step.tokens * shape_.heads * dim);
        const int shared = rounded_up(step.shared_length, PANEL);
        pool_.run(static_cast<int>(tiles.size()) * shape_.kv_heads, [&](int item, int thread) {
            const int head = item / static_cast<int>(tiles.size());
            const Tile& tile = tiles[item % tiles.size()];
            const float* queries[TILE];
            float* mixed[TILE];
            int token[TILE], own = 0;
            for (int i = 0; i < tile.count; ++i) {
                token[i] = tile.first_token + (tile.first_query + i) / group;
                int which = head * group + (tile.first_query + i) % group;
                queries[i] = qkvs + size_t(token[i]) * stride + which * dim;
                mixed[i] = out + (size_t(token[i]) * shape_.heads + which) * dim;
                own = std::max(own, step.slot[token[i]] + 1);
            }
            const int row = step.row[tile.first_token], length = shared + rounded_up(own, PANEL);
            const float* mine = states(step.caches[row], step.capacities[row], layer, head);
            const float* ours = states(const_cast<float*>(step.shared), step.shared_capacity, layer, head);
            std::vector<float>& scores = scratch_[thread];
            scores.resize(std::max(scores.size(), size_t(TILE) * length));
            kernels_.scores(queries, tile.count, dim, ours, step.shared_length, scores.data(), length);
            kernels_.scores(queries, tile.count, dim, mine, own, scores.data() + shared, length);
            for (int i = 0; i < tile.count; ++i) {
                float* weights = scores.data() + size_t(i) * length;
                std::fill(weights + step.shared_length, weights + shared, -INFINITY);
                hide(step, token[i], weights + shared, length - shared);
                kernels_.softmax(weights, length);
            }
            kernels_.mix(scores.data(), length, tile.count, ours + size_t(step.shared_capacity) * dim,
                         step.shared_length, dim, mixed);
            kernels_.mix(scores.data() + shared, length, tile.count, mine + size_t(step.capacities[row]) * dim, own, dim,
                         mixed);
        });
    }

    // A token sees what its row read before it; a node of a tree what was read before the tree, and its own path.
    static void hide(const Step& step, int token, float* scores, int length) {
        std::fill(scores + step.slot[token] + 1, scores + length, -INFINITY);
        if (!step.tree) return;
        const int start = step.tree_start[step.row[token]];
        for (int node = 0; start + node <= step.slot[token]; ++node)
            if (!step.tree[size_t(token) * step.tree_nodes + node]) scores[start + node] = -INFINITY;
    }

    const Shape shape_;
    const Kernels& kernels_;
    std::vector<Layer> layers_;
    const float* final_norm_;
    Matrix head_;
    Pool pool_;
    std::vector<std::vector<float>> scratch_;
    std::vector<int16_t> quantized_;
    std::vector<float> scales_;
};

const Kernels& best_kernels() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_kernels;
#endif
    return portable_kernels;
}

}  // namespace paw

extern "C" {

const char* paw_kernels() { return paw::best_kernels().name; }

// `arrays` are the weights in the order of weights.py; they must stay where they are.
paw::Engine* paw_open(const paw::Shape* shape, const void* const* arrays, int threads, int portable) {
    return new paw::Engine(*shape, arrays, threads, portable ? paw::portable_kernels : paw::best_kernels());
}

void paw_read(paw::Engine* engine, const paw::Step* step) { engine->read(*step); }

void paw_close(paw::Engine* engine) { delete engine; }
}
