// What is most likely stands last in each: zlib encodes near matches in fewer bits.

extension PresetDictionary {
    /// Envelopes of legacy completions.
    static let completion2 = PresetDictionary(
        number: 2,
        bytes: Array(
            (proseText
                + """
                {
                  "id": "cmpl-
                  "object": "text_completion",
                  "created": 17
                  "model": "gpt-3.5-turbo-instruct",
                  "choices": [
                    {
                      "text": "
                      "index": 0,
                      "logprobs": null,
                      "finish_reason": "length"
                    }
                  ],
                  "usage": {
                    "prompt_tokens":\u{20}
                    "completion_tokens":\u{20}
                    "total_tokens":\u{20}
                  }
                }
                "logprobs":{"tokens":["text_offset":[0,"token_logprobs":[-0.,"top_logprobs":[{"\
                "stop_reason":null,"prompt_logprobs":null,"system_fingerprint":"fp_\
                {"id":"cmpl-","object":"text_completion","created":17,"model":"gpt-3.5-turbo-instruct",\
                "choices":[{"text":"\\n\\n","index":0,"logprobs":null,"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":1}}
                """).utf8))

    /// Envelopes of the Responses API.
    static let response3 = PresetDictionary(
        number: 3,
        bytes: Array((proseText + responseItemText + responseEnvelopeText).utf8))

    private static let responseItemText =
        """
        "type":"file_search_call","type":"web_search_call","status":"completed","action":{"type":"search",\
        "query":"","annotations":[{"type":"url_citation","start_index":,"end_index":,"url":"https://www.\
        "title":"","type":"code_interpreter_call","container_id":"cntr_
              "type": "function_call",
              "id": "fc_
              "call_id": "call_
              "name": "get_
              "arguments": "{\\"location\\":\\"
              "type": "reasoning",
              "id": "rs_
              "encrypted_content": "gAAAA
              "summary": [
                  "type": "summary_text",
        "reasoning":{"effort":"minimal","low","medium","high","summary":"detailed","auto"}
        """

    private static let responseEnvelopeText =
        """
        {
          "id": "resp_
          "object": "response",
          "created_at": 17
          "status": "completed",
          "background": false,
          "billing": {
            "payer": "developer"
          },
          "error": null,
          "incomplete_details": null,
          "instructions": null,
          "max_output_tokens": null,
          "max_tool_calls": null,
          "model": "gpt-4.1-2025-04-14","gpt-4o-mini-2024-07-18","gpt-5-mini-2025-08-07",
          "output": [
            {
              "id": "msg_
              "type": "message",
              "status": "completed",
              "content": [
                {
                  "type": "output_text",
                  "annotations": [],
                  "logprobs": [],
                  "text": "
                }
              ],
              "role": "assistant"
            }
          ],
          "parallel_tool_calls": true,
          "previous_response_id": null,
          "prompt_cache_key": null,
          "prompt_cache_retention": null,
          "reasoning": {
            "effort": null,
            "summary": null
          },
          "safety_identifier": null,
          "service_tier": "default",
          "store": false,
          "temperature": 1.0,
          "text": {
            "format": {
              "type": "text"
            },
            "verbosity": "medium"
          },
          "tool_choice": "auto",
          "tools": [],
          "top_logprobs": 0,
          "top_p": 1.0,
          "truncation": "disabled",
          "usage": {
            "input_tokens":\u{20}
            "input_tokens_details": {
              "cached_tokens": 0
            },
            "output_tokens":\u{20}
            "output_tokens_details": {
              "reasoning_tokens": 0
            },
            "total_tokens":\u{20}
          },
          "user": null,
          "metadata": {}
        }
        """

    /// Envelopes of images that are given by URL; those with the images themselves are too large for one.
    static let image4 = PresetDictionary(
        number: 4,
        bytes: Array(
            """
            "size": "1024x1536","1536x1024","auto","quality": "low","high","standard","hd",\
            "background": "transparent","output_format": "webp","jpeg","content_type":"image/png",
            {
              "created": 17
              "background": "opaque",
              "data": [
                {
                  "b64_json": "iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAIAAADwf7zUAAA
                  "revised_prompt": "A highly detailed illustration of a \u{20}
                  "url": "https://oaidalleapiprodscus.blob.core.windows.net/private/org-/user-/img-.png?st=2026-\
            &se=2026-T%3A00Z&sp=r&sv=2024-08-04&sr=b&rscd=inline&rsct=image/png&skoid=&sktid=\
            &skt=2026-&ske=2026-&sks=b&skv=2024-08-04&sig=%2B%3D"
                }
              ],
              "output_format": "png",
              "quality": "medium",
              "size": "1024x1024",
              "usage": {
                "input_tokens":\u{20}
                "input_tokens_details": {
                  "image_tokens": 0,
                  "text_tokens":\u{20}
                },
                "output_tokens": 272
                "total_tokens":\u{20}
              }
            }
            {"created":17,"data":[{"revised_prompt":"A ","url":"https://"}],"usage":{"input_tokens":1,\
            "input_tokens_details":{"image_tokens":0,"text_tokens":1},"output_tokens":1,"total_tokens":1}}
            """.utf8))
}
