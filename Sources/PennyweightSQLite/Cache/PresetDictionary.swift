/// Text that answers of one route have in common, known to both sides of a compression.
///
/// It halves the stored size of a small answer. The number is stored with each row: a dictionary is never
/// edited, a better one gets a new number.
struct PresetDictionary: Sendable {
    let number: Int64
    let bytes: [UInt8]

    /// The dictionary for new answers of a route; the empty one if there is none.
    static func current(for route: String) -> PresetDictionary {
        switch true {
        case route.hasSuffix("/chat/completions"): chatCompletion1
        case route.hasSuffix("/completions"): completion2
        case route.hasSuffix("/responses"): response3
        case route.contains("/images/"): image4
        default: none
        }
    }

    /// The dictionary of a stored row; nil if this program doesn't know it.
    static func known(_ number: Int64) -> PresetDictionary? {
        switch number {
        case 0: none
        case 1: chatCompletion1
        case 2: completion2
        case 3: response3
        case 4: image4
        default: nil
        }
    }

    static let none = PresetDictionary(number: 0, bytes: [])

    /// Envelopes of chat completions. What is most likely stands last: zlib encodes near matches in fewer
    /// bits.
    static let chatCompletion1 = PresetDictionary(
        number: 1,
        bytes: Array(
            (proseText + toolCallText + otherProviderText + spacedEnvelopeText + compactEnvelopeText).utf8))

    static let proseText =
        """
        I'm sorry, but I can't help with that. Sure! Here is an example of how you can use the following \
        function in Python:\\n\\n```python\\nimport \\ndef \\nreturn \\nprint(\\n```\\n\
        \\n```json\\n{\\n  \\\"\\\": \
        \\\"\\\",\\n\
        ```swift\\n```javascript\\nconst \\n- **\\n- \\n\\n1. **\\n2. **\\n3. **\\n\\n### \\n## \\nHowever, \
        this is because of the number of Let me know if you have any questions or need more information. \
        In summary, there are several ways that it can be used to with and for the is not on from which are as
        """

    private static let toolCallText =
        """
        "finish_reason":"length"}"finish_reason":"content_filter"}"system_fingerprint":null\
        "message":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_","type":"function",\
        "function":{"name":"get_","arguments":"{\\\"location\\\":\\\"\\\",\\\"query\\\":\\\"\\\"}"}}],\
        "refusal":null},"logprobs":null,"finish_reason":"tool_calls"}],"reasoning_content":"","reasoning":""
        """

    private static let otherProviderText =
        """
        "provider":"","native_finish_reason":"stop","usage":{"prompt_time":0.0,"completion_time":0.0,\
        "total_time":0.0,"queue_time":0.0},"cost":0,"x_groq":{"id":"req_"},"prompt_cache_hit_tokens":0,\
        "prompt_cache_miss_tokens":"prompt_logprobs":null,"stop_reason":null,"matched_stop":\
        "model":"mistral-large-latest","deepseek-chat","llama-3.3-70b-versatile","gemini-2.5-flash","grok-4",\
        "claude-sonnet-4-5","gpt-5-mini-2025-08-07","gpt-5-2025-08-07","gpt-4.1-mini-2025-04-14",\
        "gpt-4o-2024-08-06","gpt-4o-mini-2024-07-18"
        """

    private static let spacedEnvelopeText =
        """
        {
          "id": "chatcmpl-
          "object": "chat.completion",
          "created": 17
          "model": "gpt-
          "choices": [
            {
              "index": 0,
              "message": {
                "role": "assistant",
                "content": "
                "refusal": null,
                "annotations": []
              },
              "logprobs": null,
              "finish_reason": "stop"
            }
          ],
          "usage": {
            "prompt_tokens":\u{20}
            "completion_tokens":\u{20}
            "total_tokens":\u{20}
            "prompt_tokens_details": {
              "cached_tokens": 0,
              "audio_tokens": 0
            },
            "completion_tokens_details": {
              "reasoning_tokens": 0,
              "audio_tokens": 0,
              "accepted_prediction_tokens": 0,
              "rejected_prediction_tokens": 0
            }
          },
          "service_tier": "default",
          "system_fingerprint": "fp_"
        }

        """

    private static let compactEnvelopeText =
        """
        {"id":"chatcmpl-","object":"chat.completion","created":17,"model":"gpt-","choices":[{"index":0,\
        "message":{"role":"assistant","content":"","refusal":null,"annotations":[]},"logprobs":null,\
        "finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":1,\
        "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":\
        {"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,\
        "rejected_prediction_tokens":0}},\
        "service_tier":"default","system_fingerprint":"fp_"}
        """
}
