// llama.cpp from nothing to an answer, as its own command line would: load the GGUF, restore the program's state, read
// the input, write. `llama_start GGUF STATE THREADS TOKENS WRITTEN INPUT...`: with no INPUT it saves the state of the
// program whose tokens are on stdin.
#include <llama.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int count, char** given) {
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    llama_backend_init();
    llama_model* model = llama_model_load_from_file(given[1], llama_model_default_params());
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 512;
    params.n_threads = params.n_threads_batch = std::atoi(given[3]);
    llama_context* context = llama_init_from_model(model, params);
    std::vector<llama_token> program(std::atoi(given[4])), input;
    for (int i = 6; i < count; ++i) input.push_back(std::atoi(given[i]));
    if (input.empty()) {
        for (auto& token : program)
            if (std::scanf("%d", &token) != 1) return 1;
        llama_decode(context, llama_batch_get_one(program.data(), program.size()));
        return !llama_state_save_file(context, given[2], program.data(), program.size());
    }
    size_t restored = 0;
    if (!llama_state_load_file(context, given[2], program.data(), program.size(), &restored)) return 1;
    const int vocab = llama_vocab_n_tokens(llama_model_get_vocab(model));
    for (int written = std::atoi(given[5]); written > 0; --written) {
        if (llama_decode(context, llama_batch_get_one(input.data(), input.size()))) return 1;
        const float* logits = llama_get_logits_ith(context, -1);
        input = {static_cast<llama_token>(std::max_element(logits, logits + vocab) - logits)};
        std::printf("%d\n", input[0]);
    }
    std::fflush(stdout);
}
