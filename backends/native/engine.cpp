// A Llama, or a Qwen2, in memory, for tokens of many rows at a time: their embeddings in, logits and key/value states out.
//
// Tokens of a step are one after another, whatever row they are of: no padding is computed. Keys lie in blocks of 16
// positions `[dim][16]`, values as `[position][dim]`; so lie a row's own states and the program's, which all rows share.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "kernels.h"
#include "pool.h"

namespace paw {

struct Matrix {
    const uint8_t* blocks;  // [outputs / 16][inputs / 32], as kernels.h says
    int bits;
};

struct Layer {
    const float* attention_norm;
    Matrix qkv, out;
    const float* qkv_bias;  // null: none
    const float* mlp_norm;
    Matrix gate_up, down;
};

// The same structs as in library.py.
struct Shape {
    int32_t layers, hidden, inner, heads, kv_heads, dim, vocab, biased;
    float epsilon;
};

struct Array {
    const void* data;
    int32_t bits;  // of a matrix's integers; 0: floats
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
    int32_t panels;         // how many panels of the head are wanted, and which; null: all
    const int32_t* panel;
    float* logits;  // [kept][panels * 16]
};

struct Choice {
    int32_t rows, tokens, stride;
    float* logits;           // [rows][stride]
    const uint8_t* allowed;  // [rows][tokens], or null: all
    int32_t* token;          // of each row: the best,
    float *top, *next, *total;  // its logit, that of the next best, the logarithm of the sum of all exponentials
};

inline int rounded_up(int value, int to) { return (value + to - 1) / to * to; }

// Memory that grows and is not cleared.
template <typename Item>
class Buffer {
  public:
    Item* of(size_t size) {
        if (size > size_) items_.reset(new Item[size_ = size]);
        return items_.get();
    }
    Item* get() const { return items_.get(); }

  private:
    std::unique_ptr<Item[]> items_;
    size_t size_ = 0;
};

class Engine {
  public:
    // Activations have `bits` bits, 8 or 16, wherever they meet weights.
    Engine(const Shape& shape, const Array* arrays, int threads, int bits, const Kernels& kernels)
        : shape_(shape), bits_(bits), kernels_(kernels), pool_(threads), threads_(threads) {
        auto floats = [&] { return static_cast<const float*>((arrays++)->data); };
        auto matrix = [&] {
            const Array& array = *arrays++;
            return Matrix{static_cast<const uint8_t*>(array.data), array.bits};
        };
        for (int i = 0; i < shape.layers; ++i) {
            Layer layer;
            layer.attention_norm = floats();
            layer.qkv = matrix();
            layer.qkv_bias = shape.biased ? floats() : nullptr;
            layer.out = matrix();
            layer.mlp_norm = floats();
            layer.gate_up = matrix();
            layer.down = matrix();
            layers_.push_back(layer);
        }
        final_norm_ = floats();
        head_ = matrix();
        const int deepest = std::max({shape.hidden, shape.inner, shape.heads * shape.dim});
        for (int i = 0; i < threads; ++i) {
            threads_[i].panels.of(scratch_bytes(rounded_up(deepest, GROUP) / GROUP));
            threads_[i].row.of(deepest);
            threads_[i].alone.thread = i;
        }
    }

    void read(const Step& step) {
        pool_.wake();
        const int hidden = shape_.hidden;
        float* x = x_.of(size_t(step.tokens) * hidden);
        std::memcpy(x, step.embeddings, sizeof(float) * step.tokens * hidden);
        const bool apart = plan_apart(step);
        if (!apart) plan_together(step);
        for (int layer = 0; layer < shape_.layers; ++layer) {
            auto go = [&](const Chunk& chunk, Team& team) {
                pass(step, layer, chunk, x + size_t(chunk.first) * hidden, team);
            };
            if (apart)
                pool_.run(static_cast<int>(chunks_.size()),
                          [&](int item, int thread) { go(chunks_[item], threads_[thread].alone); });
            else
                for (const Chunk& chunk : chunks_) go(chunk, together_);
        }
        if (step.kept) {
            quantize(together_, step.kept, hidden, [&](int k, float* out) {
                return normalized(x + size_t(step.keep[k]) * hidden, final_norm_, out);
            });
            if (step.panel) choose_panels(step);
            else multiply(together_, step.kept, head_, shape_.vocab, step.logits);
        }
        pool_.rest();
    }

    // The best token of each row of logits `[rows][stride]`, of those that are allowed; others become -inf.
    void best(const Choice& choice) {
        pool_.wake();
        pool_.run(choice.rows, [&](int row, int) {
            float* logits = choice.logits + size_t(row) * choice.stride;
            if (choice.allowed) {
                const uint8_t* allowed = choice.allowed + size_t(row) * choice.tokens;
                for (int token = 0; token < choice.tokens; ++token)
                    if (!allowed[token]) logits[token] = -INFINITY;
            }
            kernels_.best(logits, choice.tokens, choice.token + row, choice.top + row, choice.next + row,
                          choice.total + row);
        });
        pool_.rest();
    }

  private:
    // So many tokens pass through a layer together: what lies between its products then stays near. No token needs what
    // comes after it.
    static constexpr int MOST_TOKENS = 384;

    // With so many tokens for each thread, a thread has rows of its own: then nothing it writes has to go to another.
    static constexpr int TOKENS_APART = 96;

    struct Chunk {
        int first, tokens, first_tile, tiles;
    };

    // Every TILE queries of one row that share a key head: the heads of its group, of one token after another.
    struct Tile {
        int first_token, first_query, count;
    };

    // Who does the work on a chunk, all threads or one, and the memory for what lies between its products.
    struct Team {
        int thread = ALL;
        Buffer<float> qkvs, mixed, gates, factors;
        Buffer<uint8_t> integers;
        Activations activations;
    };
    static constexpr int ALL = -1;

    // What each thread has for itself.
    struct Thread {
        Buffer<uint8_t> panels;
        Buffer<float> row, scores;
        Team alone;
    };

    template <typename Work>
    void run(const Team& team, int items, const Work& work) {
        if (team.thread == ALL) return pool_.run(items, work);
        for (int item = 0; item < items; ++item) work(item, team.thread);
    }

    // Chunks one after the other, for all threads together.
    void plan_together(const Step& step) {
        begin_plan();
        for (int first = 0; first < step.tokens; first += MOST_TOKENS)
            add_chunk(step, first, std::min(step.tokens, first + MOST_TOKENS));
    }

    // Chunks of whole rows and about one size, some for each thread; false where there are no such.
    bool plan_apart(const Step& step) {
        const int threads = pool_.threads();
        if (threads == 1 || step.tokens < threads * TOKENS_APART) return false;
        const int turns = 2 * ((step.tokens - 1) / (2 * threads * MOST_TOKENS) + 1);
        const int wanted = (step.tokens - 1) / (turns * threads) + 1;
        begin_plan();
        for (int first = 0, end = 0; first < step.tokens; first = end) {
            while (end < step.tokens && (end - first < wanted || step.row[end] == step.row[end - 1])) ++end;
            if (end - first > 2 * wanted) return false;  // a row is so long that others would wait for it
            add_chunk(step, first, end);
        }
        return true;
    }

    void begin_plan() {
        chunks_.clear();
        tiles_.clear();
    }

    void add_chunk(const Step& step, int first, int until) {
        const int group = shape_.heads / shape_.kv_heads, tiles = static_cast<int>(tiles_.size());
        for (int start = first, end; start < until; start = end) {
            for (end = start; end < until && step.row[end] == step.row[start]; ++end) {
            }
            for (int query = 0; query < (end - start) * group; query += TILE)
                tiles_.push_back({start, query, std::min(TILE, (end - start) * group - query)});
        }
        chunks_.push_back({first, until - first, tiles, static_cast<int>(tiles_.size()) - tiles});
    }

    // A layer's work on a chunk, whose hidden states are `x`.
    void pass(const Step& step, int number, const Chunk& chunk, float* x, Team& team) {
        const Layer& layer = layers_[number];
        const int n = chunk.tokens, hidden = shape_.hidden, wide = shape_.heads * shape_.dim, inner = shape_.inner;
        const int qkv = wide + 2 * shape_.kv_heads * shape_.dim;
        float* qkvs = team.qkvs.of(size_t(n) * qkv);
        float* mixed = team.mixed.of(size_t(n) * wide);
        float* gates = team.gates.of(size_t(n) * 2 * inner);
        quantize(team, n, hidden, [&](int t, float* out) {
            return normalized(x + size_t(t) * hidden, layer.attention_norm, out);
        });
        if (layer.qkv_bias)
            for (int t = 0; t < n; ++t) std::memcpy(qkvs + size_t(t) * qkv, layer.qkv_bias, sizeof(float) * qkv);
        multiply(team, n, layer.qkv, qkv, qkvs, layer.qkv_bias);
        rotate_and_keep(team, step, number, chunk, qkvs, qkv);
        attend(team, step, number, chunk, qkvs, qkv, mixed);
        quantize(team, n, wide, [&](int t, float*) { return mixed + size_t(t) * wide; });
        multiply(team, n, layer.out, hidden, x, true);
        quantize(team, n, hidden, [&](int t, float* out) {
            return normalized(x + size_t(t) * hidden, layer.mlp_norm, out);
        });
        multiply(team, n, layer.gate_up, 2 * inner, gates);
        quantize(team, n, inner, [&](int t, float* out) {
            const float* gate = gates + size_t(t) * 2 * inner;
            kernels_.swiglu(gate, gate + inner, inner, out);
            return out;
        });
        multiply(team, n, layer.down, hidden, x, true);
    }

    // Work on single tokens; a few are done faster than they are shared out.
    template <typename Work>
    void each(const Team& team, int tokens, const Work& work) {
        constexpr int SEVERAL = 4;
        if (tokens <= SEVERAL) {
            for (int t = 0; t < tokens; ++t) work(t, team.thread == ALL ? 0 : team.thread);
            return;
        }
        run(team, (tokens + SEVERAL - 1) / SEVERAL, [&](int item, int thread) {
            for (int t = item * SEVERAL; t < std::min(tokens, (item + 1) * SEVERAL); ++t) work(t, thread);
        });
    }

    const float* normalized(const float* in, const float* weight, float* out) const {
        kernels_.normalize(in, shape_.hidden, shape_.epsilon, weight, out);
        return out;
    }

    // The rows that `row(number, space)` gives -> the activations of the product that follows.
    template <typename Row>
    void quantize(Team& team, int rows, int depth, const Row& row) {
        Activations& made = team.activations;
        made.groups = rounded_up(depth, GROUP) / GROUP;
        made.bits = bits_;
        made.integers = team.integers.of(size_t(rows) * made.depth() * 2);
        made.factors = team.factors.of(size_t(rows) * made.groups * 2);
        each(team, rows, [&](int number, int thread) {
            kernels_.quantize(row(number, threads_[thread].row.get()), depth, made, number);
        });
    }

    // out[rows][outputs] = activations * matrix, or added to it
    void multiply(const Team& team, int rows, const Matrix& matrix, int outputs, float* out, bool add = false) {
        const Activations& in = team.activations;
        const size_t bytes = in.groups * block_bytes(matrix.bits);
        const int panels = outputs / PANEL, pairs = (panels + PAIR - 1) / PAIR;
        // An item is some microseconds of work: of many rows a pair, of few a part of the matrix.
        const int several = rows >= 16 ? 1 : std::max(1, pairs / (8 * pool_.threads()));
        run(team, (pairs + several - 1) / several, [&](int item, int thread) {
            for (int pair = item * several; pair < std::min(pairs, (item + 1) * several); ++pair) {
                const int at = pair * PAIR;
                kernels_.multiply(in, rows,
                                  {matrix.blocks + at * bytes, matrix.bits, std::min(PAIR, panels - at),
                                   out + at * PANEL, size_t(outputs), add, threads_[thread].panels.get()});
            }
        });
    }

    // The logits of some panels of the head.
    void choose_panels(const Step& step) {
        const size_t bytes = together_.activations.groups * block_bytes(head_.bits);
        pool_.run(step.panels, [&](int item, int thread) {
            kernels_.multiply(together_.activations, step.kept,
                              {head_.blocks + step.panel[item] * bytes, head_.bits, 1, step.logits + item * PANEL,
                               size_t(step.panels) * PANEL, false, threads_[thread].panels.get()});
        });
    }

    float* states(float* cache, int capacity, int layer, int head) const {
        return cache + (size_t(layer) * shape_.kv_heads + head) * 2 * capacity * shape_.dim;
    }

    // Rotary embedding of queries (scaled as attention wants them) and keys; keys and values go to the rows' caches.
    void rotate_and_keep(const Team& team, const Step& step, int layer, const Chunk& chunk, float* qkvs, int stride) {
        const int dim = shape_.dim, half = dim / 2;
        const float scale = 1 / std::sqrt(static_cast<float>(dim));
        each(team, chunk.tokens, [&](int place, int) {
            const int t = chunk.first + place;
            float* vector = qkvs + size_t(place) * stride;
            const float *cos = step.cos + size_t(t) * half, *sin = step.sin + size_t(t) * half;
            for (int head = 0; head < shape_.heads + shape_.kv_heads; ++head, vector += dim)
                kernels_.rotate(vector, cos, sin, half, head < shape_.heads ? scale : 1);
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

    void attend(const Team& team, const Step& step, int layer, const Chunk& chunk, const float* qkvs, int stride,
                float* out) {
        const int dim = shape_.dim, group = shape_.heads / shape_.kv_heads;
        const int shared = rounded_up(step.shared_length, PANEL);
        run(team, chunk.tiles * shape_.kv_heads, [&](int item, int thread) {
            const int head = item / chunk.tiles;
            const Tile& tile = tiles_[chunk.first_tile + item % chunk.tiles];
            const float* queries[TILE];
            float* mixed[TILE];
            int token[TILE], own = 0;
            for (int i = 0; i < tile.count; ++i) {
                token[i] = tile.first_token + (tile.first_query + i) / group;
                int which = head * group + (tile.first_query + i) % group;
                const size_t place = token[i] - chunk.first;
                queries[i] = qkvs + place * stride + which * dim;
                mixed[i] = out + (place * shape_.heads + which) * dim;
                std::memset(mixed[i], 0, sizeof(float) * dim);
                own = std::max(own, step.slot[token[i]] + 1);
            }
            const int row = step.row[tile.first_token], length = shared + rounded_up(own, PANEL);
            const float* mine = states(step.caches[row], step.capacities[row], layer, head);
            const float* ours = states(const_cast<float*>(step.shared), step.shared_capacity, layer, head);
            float* scores = threads_[thread].scores.of(size_t(TILE) * length);
            kernels_.scores(queries, tile.count, dim, ours, step.shared_length, scores, length);
            kernels_.scores(queries, tile.count, dim, mine, own, scores + shared, length);
            for (int i = 0; i < tile.count; ++i) {
                float* weights = scores + size_t(i) * length;
                std::fill(weights + step.shared_length, weights + shared, -INFINITY);
                hide(step, token[i], weights + shared, length - shared);
                kernels_.softmax(weights, length, shared + ordered(step, token[i], length - shared));
            }
            kernels_.mix(scores, length, tile.count, ours + size_t(step.shared_capacity) * dim, step.shared_length, dim,
                         mixed);
            kernels_.mix(scores + shared, length, tile.count, mine + size_t(step.capacities[row]) * dim, own, dim, mixed);
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

    // From which slot on what a token sees is to be added in order. Where a node of a tree lies depends on what else is
    // in the tree, and with the rows of a batch trees are cut differently; its own path comes in one order always.
    static int ordered(const Step& step, int token, int length) {
        const int start = step.tree ? step.tree_start[step.row[token]] : length;
        return step.slot[token] < start ? length : start;
    }

    const Shape shape_;
    const int bits_;
    const Kernels& kernels_;
    std::vector<Layer> layers_;
    const float* final_norm_;
    Matrix head_;
    Pool pool_;
    std::vector<Thread> threads_;
    std::vector<Chunk> chunks_;
    std::vector<Tile> tiles_;
    Buffer<float> x_;
    Team together_;
};

// The kernels of this name, where the processor has what they need; the fastest that it has, for an empty name.
const Kernels* kernels(const std::string& name) {
    auto wanted = [&](const Kernels& one) { return name.empty() || name == one.name; };
#if defined(__x86_64__)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    if (wanted(avx512_kernels) && avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vnni"))
        return &avx512_kernels;
    if (wanted(avx2_kernels) && avx2) return &avx2_kernels;
#endif
    return wanted(portable_kernels) ? &portable_kernels : nullptr;
}

}  // namespace paw

extern "C" {

// The name of the kernels that `paw_open` takes for this one; null: the processor cannot run them.
const char* paw_kernels(const char* name) {
    const paw::Kernels* found = paw::kernels(name);
    return found ? found->name : nullptr;
}

// `arrays` are the weights in the order of weights.py; they must stay where they are. Null: there are no such kernels.
paw::Engine* paw_open(const paw::Shape* shape, const paw::Array* arrays, int threads, int bits, const char* name) {
    const paw::Kernels* found = paw::kernels(name);
    return found ? new paw::Engine(*shape, arrays, threads, bits, *found) : nullptr;
}

void paw_read(paw::Engine* engine, const paw::Step* step) { engine->read(*step); }

void paw_best(paw::Engine* engine, const paw::Choice* choice) { engine->best(*choice); }

void paw_close(paw::Engine* engine) { delete engine; }
}
